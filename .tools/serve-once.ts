// Runs a build's server until it has answered a question: `node .tools/serve-once.ts BUILD DIRECTORY`.
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const [build = "", directory = ""] = process.argv.slice(2);
const port = await findPort();
Object.assign(process.env, {
  HOST: "127.0.0.1",
  PORT: `${port}`,
  DATA_DIR: directory,
  LOCAL_EMBEDDER: "off",
  LOG_LEVEL: "WARN",
});
await import(pathToFileURL(join(build, "server.js")).href);
// Also where the process that waits for this one is gone.
setTimeout(() => process.exit(1), 50_000).unref();
const { status } = await ask();
// The server goes on after an error that is thrown.
if (status !== 200) process.exit(1);
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
