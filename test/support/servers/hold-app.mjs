// Preloaded by `--import`: holds the app's code back until the file APP_GATE exists, or fails to load it for "broken".
import { existsSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import vm from "node:vm";

const gate = process.env["APP_GATE"];
/** Where the server's script loads its app. */
const loading = /(?<=\{createServerApp:\w+\}=await )Promise\.resolve\(\)/;

globalThis.waitForApp = async () => {
  if (gate === "broken") throw new Error("the disk is broken");
  while (!existsSync(gate)) await sleep(10);
};

vm.Script = class extends vm.Script {
  constructor(source, options) {
    const held = source.replace(loading, "waitForApp()");
    if (held === source && options.filename.includes("server-script"))
      throw new Error("the server's script does not load its app as this test expects");
    super(held, held === source ? options : { filename: options.filename });
  }
};
syncBuiltinESMExports();
