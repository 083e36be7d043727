import { Worker } from "node:worker_threads";
import type { Urgency } from "./queue.ts";
import { LocalModelError } from "./state.ts";
import type { EmbedderCall, EmbedderReply, EmbedderThreadData } from "./thread.ts";

/** A thread with a loaded model. */
export interface EmbedderThread {
  /** Throws LocalModelError, or an Error when the thread has ended or the signal aborts. */
  embed(
    texts: readonly string[],
    urgency: Urgency,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]>;
}

interface Waiting {
  resolve(vectors: readonly Float32Array[]): void;
  reject(error: Error): void;
}

/**
 * Starts a thread and loads the model there. The thread does not keep the process alive.
 *
 * @param onDeath called once when the thread ends; pending calls have failed by then
 * @throws LocalModelError when the model cannot be loaded
 */
export async function startEmbedderThread(
  data: EmbedderThreadData,
  onDeath: () => void,
): Promise<EmbedderThread> {
  const worker = new Worker(besideThisModule(), { workerData: data, name: "embedder" });
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let isOver = false;

  const end = (reason: string): void => {
    if (isOver) return;
    isOver = true;
    for (const call of waiting.values()) call.reject(new Error(reason));
    waiting.clear();
    onDeath();
  };
  worker.on("error", (error) => end(`the embedder's thread failed: ${String(error)}`));
  worker.on("exit", (code) => end(`the embedder's thread ended with ${code}`));
  worker.on("message", (reply: EmbedderReply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (waiting.size === 0) worker.unref();
    if ("vectors" in reply) call?.resolve(reply.vectors);
    else if (reply.trouble) call?.reject(new LocalModelError(reply.trouble, reply.message));
    else call?.reject(new Error(reply.message));
  });

  const wait = (id: number) =>
    new Promise<readonly Float32Array[]>((resolve, reject) => waiting.set(id, { resolve, reject }));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  const send = (call: EmbedderCall) => worker.postMessage(call);

  try {
    await wait(0);
  } catch (error) {
    isOver = true;
    await worker.terminate();
    throw error;
  }
  return {
    async embed(texts, urgency, signal) {
      signal.throwIfAborted();
      if (isOver) throw new Error("the embedder's thread has ended");
      const id = (next += 1);
      const cancel = () => {
        send({ cancel: id });
        waiting.get(id)?.reject(signal.reason as Error);
        waiting.delete(id);
      };
      const vectors = wait(id);
      signal.addEventListener("abort", cancel, { once: true });
      worker.ref();
      send({ id, urgency, texts });
      try {
        return await vectors;
      } finally {
        signal.removeEventListener("abort", cancel);
      }
    },
  };
}

/** In a bundle, the name of the thread's file beside it. */
declare const EMBEDDER_THREAD: string | undefined;

/** The thread's file: beside this module as TypeScript, or beside the bundle's chunks. */
function besideThisModule(): URL {
  const name = typeof EMBEDDER_THREAD === "string" ? EMBEDDER_THREAD : "./thread.ts";
  return new URL(name, import.meta.url);
}
