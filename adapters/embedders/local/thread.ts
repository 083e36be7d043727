// The embedder's thread: receives texts, sends vectors.
import { parentPort, workerData } from "node:worker_threads";
import { embedInSteps } from "./embed-steps.ts";
import type { ModelFolder } from "./folder.ts";
import { createStepQueue, type Urgency } from "./queue.ts";
import { loadSentenceModel } from "./sentence-model.ts";
import { LocalModelError, type LocalTrouble } from "./state.ts";

export interface EmbedderThreadData {
  readonly model: ModelFolder;
  /** Threads with which the runtime computes. */
  readonly threads: number;
}

export type EmbedderCall =
  | { readonly id: number; readonly urgency: Urgency; readonly texts: readonly string[] }
  | { readonly cancel: number };

/** The reply to the call `id`; reply 0 tells whether the model was loaded. */
export type EmbedderReply =
  | { readonly id: number; readonly vectors: readonly Float32Array[] }
  | { readonly id: number; readonly trouble: LocalTrouble | undefined; readonly message: string };

const port = parentPort;
const { model: folder, threads } = workerData as EmbedderThreadData;
const queue = createStepQueue();
const running = new Map<number, AbortController>();

try {
  const model = await loadSentenceModel(folder, threads);
  port?.on("message", (call: EmbedderCall) => {
    if ("cancel" in call) return running.get(call.cancel)?.abort();
    const stopping = new AbortController();
    running.set(call.id, stopping);
    queue
      .run(call.urgency, embedInSteps(model, call.texts), stopping.signal)
      .then((vectors) => send({ id: call.id, vectors }))
      .catch((error: unknown) => fail(call.id, error))
      .finally(() => running.delete(call.id));
  });
  send({ id: 0, vectors: [] });
} catch (error) {
  fail(0, error);
}

function fail(id: number, error: unknown): void {
  const trouble = error instanceof LocalModelError ? error.trouble : undefined;
  send({ id, trouble, message: error instanceof Error ? error.message : String(error) });
}

function send(reply: EmbedderReply): void {
  port?.postMessage(reply);
}
