// Runs the server's script until it has answered a question, and keeps what V8 compiled of it:
// `node .tools/serve-once.ts SCRIPT DIRECTORY FILE`.
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { toCodeFile } from "../adapters/code-file.ts";
import { runScript } from "../adapters/runtimes/node/script.ts";
import { codeOf } from "./code-of.ts";

const [path = "", directory = "", file = ""] = process.argv.slice(2);
const port = await findPort();
Object.assign(process.env, {
  HOST: "127.0.0.1",
  PORT: `${port}`,
  DATA_DIR: directory,
  LOCAL_EMBEDDER: "off",
  LOG_LEVEL: "WARN",
});
const script = runScript(pathToFileURL(path));
// Also where the process that waits for this one is gone.
setTimeout(() => process.exit(1), 50_000).unref();
const { status } = await ask();
// The server goes on after an error that is thrown.
if (status !== 200) process.exit(1);
// Meanwhile the server compares the documents with those of the database.
await sleep(500);
writeFileSync(file, toCodeFile(readFileSync(path), codeOf(script)));
process.kill(process.pid, "SIGTERM");

async function findPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}

/** Asks until the server listens. */
async function ask(): Promise<Response> {
  for (;;) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/api/chat`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ message: "How do I set the port?" }),
      });
      await answer.text();
      return answer;
    } catch {
      await sleep(10);
    }
  }
}
