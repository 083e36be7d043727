// The database's thread, except that a statement with `crash` ends it by an uncaught error.
import { parentPort } from "node:worker_threads";
import type { EngineCall } from "../../../adapters/databases/pglite/thread.ts";

parentPort?.on("message", ({ request }: EngineCall) => {
  if (request.kind === "query" && request.statement.text === "crash") throw new Error("crash");
});

await import("../../../adapters/databases/pglite/thread.ts");
