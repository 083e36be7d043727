import { Worker } from "node:worker_threads";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { FoundDirectory } from "./prepare.ts";
import type { DiskReport, EngineCall, EngineReply, EngineRequest, Opening } from "./thread.ts";
import { createWatchdog } from "./watchdog.ts";

export interface Thread {
  /** Opens the engine; to be called once, before anything is asked. Resolves with how it found the directory. @throws PortFailure */
  open(opening: Opening): Promise<FoundDirectory>;
  /** Resolves with the engine's answer; rejects with a PortFailure. */
  ask(request: EngineRequest): Promise<unknown>;
  /** Closes the engine after everything asked before, and ends the thread. */
  stop(): Promise<void>;
}

export interface ThreadOptions {
  /** Called once if the thread ends without `stop`, after its pending calls have failed. */
  onDeath(reason: string): void;
  /** PostgreSQL found a damaged page. */
  onDamage(reason: string): void;
  /** A write failed for want of space. */
  onDiskFull(): void;
  onFreeBytes(free: number): void;
  /** Whether the disk has room; a silent thread on a full disk is given up sooner. */
  readonly hasRoom: () => Promise<boolean>;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(failure: PortFailure): void;
}

/** Starts the database's thread, which loads PostgreSQL before it is asked for anything. */
export function startWorker(module: URL = besideThisModule()): Worker {
  const worker = new Worker(module, { name: "pglite" });
  // Without a listener, an error before `useWorker` would count as the process's own.
  return worker.on("error", () => undefined);
}

/**
 * Uses the database's thread. One that works for too long without an answer, or whose engine reports that it cannot
 * go on, is terminated.
 */
export function useWorker(worker: Worker, options: ThreadOptions): Thread {
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let life: "opening" | "open" | "over" = "opening";
  let ended = "the thread has ended";

  const end = (reason: string): void => {
    if (life === "over") return;
    const wasOpen = life === "open";
    life = "over";
    ended = reason;
    watchdog.stop();
    for (const call of waiting.values()) call.reject(unavailable(reason));
    waiting.clear();
    if (wasOpen) options.onDeath(reason);
  };
  const giveUp = (reason: string): void => {
    end(reason);
    void worker.terminate();
  };
  const watchdog = createWatchdog({
    isBusy: () => waiting.size > 0,
    hasRoom: options.hasRoom,
    onSilence: giveUp,
  });
  worker.on("error", (error) => end(String(error)));
  worker.on("exit", (code) => end(`exit code ${code}`));
  // Node's id of a thread that has ended.
  if (worker.threadId === -1) end("it could not be loaded");
  worker.on("message", (message: EngineReply | DiskReport) => {
    watchdog.noteLife();
    if ("freeBytes" in message) return options.onFreeBytes(message.freeBytes);
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if ("result" in message) {
      call?.resolve(message.result);
    } else {
      const { code, message: text, retryable, cause, ...is } = message.failure;
      if (is.isDamage) options.onDamage(text);
      if (is.isDiskFull) options.onDiskFull();
      call?.reject(new PortFailure(code, text, { retryable, cause }));
      if (is.isFatal) giveUp(is.isDiskFull ? "the disk is full" : "the engine broke off");
    }
  });

  const wait = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const ask = async (request: EngineRequest): Promise<unknown> => {
    if (life === "over") throw unavailable(ended);
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
  const terminate = async (): Promise<void> => {
    life = "over";
    watchdog.stop();
    await worker.terminate();
  };

  return {
    async open(opening) {
      try {
        const start = await ask({ kind: "open", ...opening });
        life = "open";
        return start as FoundDirectory;
      } catch (error) {
        await terminate();
        throw error;
      }
    },
    ask,
    async stop() {
      try {
        if (life === "open") await ask({ kind: "close" });
      } finally {
        await terminate();
      }
    },
  };
}

/** In a bundle, the name of the thread's file beside it. */
declare const PGLITE_THREAD: string | undefined;

/** Beside this module as TypeScript, or beside the bundle's chunks under the build's name. */
function besideThisModule(): URL {
  const name = typeof PGLITE_THREAD === "string" ? PGLITE_THREAD : "./thread.ts";
  return new URL(name, import.meta.url);
}

function unavailable(cause: string): PortFailure {
  return new PortFailure("unavailable", "the embedded database has stopped", {
    retryable: true,
    cause,
  });
}
