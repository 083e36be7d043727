// Starts a build's app on a data directory, asks it a question, and stops it: `node .tools/answer-once.ts BUILD DIRECTORY`.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuiltApp } from "./first-database.ts";

const [build = "", directory = ""] = process.argv.slice(2);
const { createNodeApp } = (await import(pathToFileURL(resolve(build, "node-app.js")).href)) as {
  readonly createNodeApp: (settings: Readonly<Record<string, string>>) => BuiltApp;
};
const app = createNodeApp({ DATA_DIR: directory, LOCAL_EMBEDDER: "off", LOG_LEVEL: "ERROR" });
await app.start();
const answer = await app.fetch(
  new Request("http://localhost/api/chat", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ message: "How do I set the port?" }),
  }),
);
await answer.text();
await app.stop();
if (!answer.ok) throw new Error(`the question was answered with ${answer.status}`);
