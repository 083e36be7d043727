import { Worker } from "node:worker_threads";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { EngineCall, EngineReply, EngineRequest, ThreadData } from "./thread.ts";

export interface Thread {
  /** Resolves with the engine's answer; rejects with a PortFailure. */
  ask(request: EngineRequest): Promise<unknown>;
  /** Closes the engine after everything asked before, and ends the thread. */
  stop(): Promise<void>;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(failure: PortFailure): void;
}

/**
 * Starts the database's thread and waits until its engine is open. `onDeath` is called once if the
 * thread ends without `stop`, after its pending calls have failed.
 *
 * @throws PortFailure when the engine does not open.
 */
export async function startThread(
  data: ThreadData,
  onDeath: (reason: string) => void,
  module: URL = besideThisModule(),
): Promise<{ thread: Thread; start: unknown }> {
  const worker = new Worker(module, { workerData: data, name: "pglite" });
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let life: "opening" | "open" | "over" = "opening";

  const end = (reason: string): void => {
    if (life === "over") return;
    const wasOpen = life === "open";
    life = "over";
    for (const call of waiting.values()) call.reject(unavailable(reason));
    waiting.clear();
    if (wasOpen) onDeath(reason);
  };
  worker.on("error", (error) => end(String(error)));
  worker.on("exit", (code) => end(`exit code ${code}`));
  worker.on("message", (message: EngineReply) => {
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if ("result" in message) {
      call?.resolve(message.result);
    } else {
      const { code, message: text, retryable, cause } = message.failure;
      call?.reject(new PortFailure(code, text, { retryable, cause }));
    }
  });

  const wait = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const ask = async (request: EngineRequest): Promise<unknown> => {
    if (life === "over") throw unavailable("the thread has ended");
    const call: EngineCall = { id: (next += 1), request };
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(call);
    } catch (cause) {
      throw new PortFailure("invalid", "a value cannot be sent to the database", {
        retryable: false,
        cause,
      });
    }
    return wait(call.id);
  };
  const stop = async (): Promise<void> => {
    try {
      await ask({ kind: "close" });
    } finally {
      life = "over";
      await worker.terminate();
    }
  };

  try {
    const start = await wait(0);
    life = "open";
    return { thread: { ask, stop }, start };
  } catch (error) {
    life = "over";
    await worker.terminate();
    throw error;
  }
}

/** Beside this module as TypeScript, or beside the bundle's chunks under the build's name. */
function besideThisModule(): URL {
  const bundled = !import.meta.url.endsWith(".ts");
  return new URL(bundled ? "./pglite-thread.js" : "./thread.ts", import.meta.url);
}

function unavailable(cause: string): PortFailure {
  return new PortFailure("unavailable", "the embedded database has stopped", {
    retryable: true,
    cause,
  });
}
