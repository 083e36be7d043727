// Preloaded by `--import`: holds the app's code back until the file APP_GATE exists, or fails to load it for "broken".
import { registerHooks } from "node:module";

const gate = process.env["APP_GATE"];
const waiting = `{
  const { existsSync } = process.getBuiltinModule("node:fs");
  while (!existsSync(${JSON.stringify(gate)})) await new Promise((go) => setTimeout(go, 10));
}
`;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const source = String(loaded.source);
    if (!url.startsWith("file:") || !source.includes("/api/conversations/")) return loaded;
    if (gate === "broken") throw new Error("the disk is broken");
    return { ...loaded, source: waiting + source };
  },
});
