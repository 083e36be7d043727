// The database's thread, except that the statement `crash` ends it by an uncaught error, `spin` never ends, and after
// `pass 10 seconds` its clock is 10 seconds ahead.
import { parentPort } from "node:worker_threads";
import type { EngineCall } from "../../../adapters/databases/pglite/thread.ts";

await import("../../../adapters/databases/pglite/thread.ts");

const pause = new Int32Array(new SharedArrayBuffer(4));

parentPort?.on("message", ({ request }: EngineCall) => {
  const text = request.kind === "run" ? request.statements[0]?.text : "";
  if (text === "crash") throw new Error("crash");
  // As PostgreSQL does after a PANIC inside WebAssembly, but for the core that it takes.
  // oxlint-disable-next-line no-unmodified-loop-condition -- it is to have no end
  while (text === "spin") Atomics.wait(pause, 0, 0, 50);
  if (text === "pass 10 seconds") {
    const now = performance.now.bind(performance);
    performance.now = () => now() + 10_000;
  }
});
