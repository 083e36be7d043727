import { pause } from "../../../handlers/lib/time.ts";
import { charactersAtOnce, type Embedder } from "../../../handlers/ports/embedder.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Circuit } from "../../circuit.ts";
import { askJson } from "../../http/ask-json.ts";
import { prefixFor } from "../prefixes.ts";

export interface EmbedderOptions {
  /** Part of the embedder's name, which tells vectors of different providers apart. */
  readonly provider: string;
  readonly model: string;
  /** Up to `/embeddings`, without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  /** Requested dimensions; the model's own if undefined. */
  readonly dimensions: number | undefined;
  readonly circuit: Circuit;
  /** Wait after the first failed attempt, milliseconds; doubles with each. 500 unless given. */
  readonly firstWait?: number;
  /** For one request, milliseconds. 30,000 unless given. */
  readonly timeout?: number;
}

const textsAtOnce = 96;
const attempts = 3;
/** Longest Retry-After we wait for, milliseconds; beyond it the call fails. */
const longestWait = 10_000;
const usualTimeout = 30_000;
const service = "the embedder";

/**
 * Embeds through OpenAI's `POST {base}/embeddings` (https://platform.openai.com/docs/api-reference/embeddings),
 * which Gemini, Ollama, vLLM and others offer too. Temporary failures are retried twice for passages, but not
 * for a question, whose user waits. `embed` throws PortFailure.
 */
export function createOpenaiCompatibleEmbedder(options: EmbedderOptions): Embedder {
  const { provider, model, baseUrl, apiKey, dimensions, circuit, firstWait = 500 } = options;
  const { timeout = usualTimeout } = options;
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };

  async function ask(input: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const body = { model, input, ...(dimensions !== undefined && { dimensions }) };
    const url = `${baseUrl}/embeddings`;
    const request = { service, url, method: "POST" as const, headers, body, signal, timeout };
    return readVectors(await askJson(request).catch(explain), input.length);
  }

  async function askPatiently(input: readonly string[], signal: AbortSignal) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask(input, signal);
      } catch (error) {
        if (!(error instanceof PortFailure) || !error.retryable || attempt === attempts)
          throw error;
        // The same texts would take as long again; the caller may send fewer.
        if (error.code === "timeout") throw error;
        const wait = error.retryAfter ?? firstWait * 2 ** (attempt - 1);
        if (wait > longestWait) throw error;
        await pause(wait, signal);
      }
    }
  }

  const embedder: Embedder = {
    name: `${provider}/${model}${dimensions === undefined ? "" : `@${dimensions}`}`,
    async embed(texts, kind, signal) {
      const vectors: Float32Array[] = [];
      for (const batch of batches(texts, prefixFor(model, kind))) {
        const asking = kind === "query" ? ask : askPatiently;
        vectors.push(...(await circuit.run(() => asking(batch, signal))));
      }
      return vectors;
    },
    resized: (wanted) =>
      dimensions === undefined || dimensions === wanted
        ? embedder
        : createOpenaiCompatibleEmbedder({ ...options, dimensions: wanted }),
    earlier(name) {
      const [, prefix, older = "", length] = /^([^/]+)\/(.+?)(?:@(\d+))?$/.exec(name) ?? [];
      if (prefix !== provider) return undefined;
      const asked = length === undefined ? undefined : Number(length);
      return createOpenaiCompatibleEmbedder({ ...options, model: older, dimensions: asked });
    },
  };
  return embedder;
}

/** A missing model counts as the service's failure: retrying cannot help until the setting is corrected. */
function explain(error: unknown): never {
  if (!(error instanceof PortFailure) || error.code !== "not_found") throw error;
  const message = `${service} has no such model, or its URL is wrong (404)`;
  throw new PortFailure("unavailable", message, { retryable: false, cause: error });
}

/** The texts in requests of at most 96 texts and 60,000 characters. */
function* batches(texts: readonly string[], prefix: string): Generator<string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    const isFull = batch.length >= textsAtOnce || characters + text.length > charactersAtOnce;
    if (isFull && batch.length > 0) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(prefix + text);
    characters += text.length;
  }
  if (batch.length > 0) yield batch;
}

function readVectors(said: unknown, count: number): Float32Array[] {
  const data = field(said, "data");
  if (!Array.isArray(data) || data.length !== count) throw unreadable();
  const vectors: Float32Array[] = [];
  for (const [position, entry] of data.entries()) {
    const index = field(entry, "index") ?? position;
    const values = field(entry, "embedding");
    if (typeof index !== "number" || !Array.isArray(values)) throw unreadable();
    vectors[index] = unit(Float32Array.from(values as number[]));
  }
  const [first] = vectors;
  for (let index = 0; index < count; index++) {
    if (first === undefined || vectors[index]?.length !== first.length) throw unreadable();
  }
  return vectors;
}

/** The vector scaled to length 1; providers do not normalise shortened ones. */
function unit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!(length > 0) || !Number.isFinite(length)) throw unreadable();
  return vector.map((value) => value / length);
}

function unreadable(): PortFailure {
  const message = `${service} answered something that is not one vector for each text`;
  return new PortFailure("unavailable", message, { retryable: true });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
