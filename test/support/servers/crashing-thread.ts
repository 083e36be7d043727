// The database's thread, except that the statement `crash` ends it by an uncaught error, and `spin` never ends.
import { parentPort } from "node:worker_threads";
import type { EngineCall } from "../../../adapters/databases/pglite/thread.ts";

await import("../../../adapters/databases/pglite/thread.ts");

parentPort?.on("message", ({ request }: EngineCall) => {
  const text = request.kind === "run" ? request.statements[0]?.text : "";
  if (text === "crash") throw new Error("crash");
  // oxlint-disable-next-line no-unmodified-loop-condition -- as PostgreSQL does after a PANIC inside WebAssembly
  while (text === "spin");
});
