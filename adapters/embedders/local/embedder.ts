import { availableParallelism } from "node:os";
import type { Dependency } from "../../../handlers/ports/dependency.ts";
import type { Embedder } from "../../../handlers/ports/embedder.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Circuit } from "../../circuit.ts";
import { prefixFor } from "../prefixes.ts";
import type { ModelFolder } from "./folder.ts";
import { LocalModelError } from "./state.ts";
import type { EmbedderThread } from "./thread-client.ts";

export interface LocalEmbedderOptions {
  readonly model: ModelFolder;
  readonly circuit: Circuit;
  /** Bytes that this process may still allocate. */
  readonly availableMemory?: () => number;
}

/** The runtime's own memory in bytes, and the number of copies of the model while loading. */
const runtimeBytes = 120 * 1024 * 1024;
const copies = 3;
/** Measured: the 250,000 pieces of a multilingual model take 300 MB, and 17 MB as JSON. */
const tokenizerCopies = 18;

/** The embedder, and its state for /api/health and `docent check --connect`. */
export interface LocalEmbedder {
  readonly embedder: Embedder;
  readonly dependency: Dependency;
}

/**
 * Creates an embedder that runs a model in this process, on a thread that starts with the first text. After a
 * permanent failure it does not retry; /api/health then shows the failure's code.
 */
export function createLocalEmbedder(options: LocalEmbedderOptions): LocalEmbedder {
  const { model, circuit, availableMemory = () => process.availableMemory() } = options;
  let thread: Promise<EmbedderThread> | undefined;
  let trouble: LocalModelError | undefined;

  async function start(): Promise<EmbedderThread> {
    const { onnxBytes, tokenizerBytes } = model;
    const needed = runtimeBytes + onnxBytes * copies + tokenizerBytes * tokenizerCopies;
    if (availableMemory() < needed) {
      const message = `there is too little memory left to load ${model.name}`;
      throw new LocalModelError("too_little_memory", message);
    }
    // Imported with the first text, so that a server without a model never loads it.
    const { startEmbedderThread } = await import("./thread-client.ts");
    // Half the cores, at most 4: chats and the embedded database need the others.
    const threads = Math.max(1, Math.min(4, availableParallelism() >> 1));
    return startEmbedderThread({ model, threads }, () => (thread = undefined));
  }

  function prepare(): Promise<EmbedderThread> {
    thread ??= start();
    return thread;
  }

  async function ask(texts: readonly string[], kind: "query" | "passage", signal: AbortSignal) {
    try {
      const running = await prepare();
      trouble = undefined;
      return [...(await running.embed(texts, kind === "query" ? "question" : "passages", signal))];
    } catch (error) {
      throw explain(error, signal);
    }
  }

  function explain(error: unknown, signal: AbortSignal): PortFailure {
    if (signal.aborted) {
      const isLate = signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
      const message = isLate ? "the embedder did not answer in time" : "no longer waited for";
      const code = isLate ? ("timeout" as const) : ("aborted" as const);
      return new PortFailure(code, message, { retryable: isLate, cause: error });
    }
    if (error instanceof LocalModelError) {
      thread = undefined;
      trouble = error;
      const message = `the built-in embedder: ${error.message}`;
      const retryable = error.trouble === "too_little_memory";
      return new PortFailure("unavailable", message, { retryable, cause: error });
    }
    const message = "the embedder's thread ended, and is started again";
    return new PortFailure("unavailable", message, { retryable: true, cause: error });
  }

  const embedder: Embedder = {
    name: `local/${model.name}@${model.fingerprint}`,
    embed(texts, kind, signal) {
      const prefix = prefixFor(model.name, kind);
      const prefixed = texts.map((text) => prefix + text);
      return circuit.run(() => ask(prefixed, kind, signal));
    },
    // The first text reports a failure.
    prepare: () => void prepare().catch(() => undefined),
    resized: () => embedder,
    earlier: () => undefined,
  };
  const dependency: Dependency = {
    service: "embedder",
    name: "embedder",
    circuit,
    freshMilliseconds: Number.POSITIVE_INFINITY,
    // Without a probe, which would load the model needlessly.
    statusOverride: () =>
      trouble?.trouble ?? (circuit.latest() === undefined ? "healthy" : undefined),
    async describe(signal) {
      const startedAt = performance.now();
      const [vector] = await embedder.embed(["Docent"], "query", signal);
      const loaded = `loaded in ${Math.round(performance.now() - startedAt)} ms`;
      return [embedder.name, `${vector?.length ?? 0} dimensions`, loaded];
    },
  };
  return { embedder, dependency };
}
