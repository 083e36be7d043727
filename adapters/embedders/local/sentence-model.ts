import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import type * as Runtime from "onnxruntime-node";
import { type ModelFolder, readManifest } from "./folder.ts";
import { poolingOf, type Pooling, tokenLimitOf } from "./sentence-config.ts";
import { LocalModelError } from "./state.ts";

type OnnxRuntime = typeof Runtime;

/** A sentence-embedding model in memory. */
export interface SentenceModel {
  /** The text's vector, of length 1; text beyond the model's limit is ignored. */
  embed(text: string): Promise<Float32Array>;
}

/**
 * Loads a model and verifies it against its manifest.
 *
 * @param threads of the runtime, its own thread included
 * @throws LocalModelError
 */
export async function loadSentenceModel(
  model: ModelFolder,
  threads: number,
): Promise<SentenceModel> {
  const runtime = await loadRuntime();
  await verify(model);
  try {
    const tokenizer = await loadTokenizer(model.path);
    const limit = await tokenLimitOf(model);
    const pooling = await poolingOf(model.path);
    const session = await runtime.InferenceSession.create(join(model.path, model.onnx), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
    });
    return {
      async embed(text) {
        const { ids } = tokenizer.encode(text);
        // Cut at the limit; the token that closes a text stays.
        const tokens = ids.length > limit ? [...ids.slice(0, limit - 1), ...ids.slice(-1)] : ids;
        return run(runtime, session, tokens, pooling);
      },
    };
  } catch (error) {
    throw explain(error);
  }
}

async function loadRuntime(): Promise<OnnxRuntime> {
  try {
    return await import("onnxruntime-node");
  } catch (error) {
    const message = "onnxruntime-node is not installed, or has no build for this machine";
    throw new LocalModelError("runtime_missing", message, { cause: error });
  }
}

async function verify({ path, onnx }: ModelFolder): Promise<void> {
  const stated = readManifest(path)?.files[onnx]?.hash;
  if (stated?.length !== 64) return;
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(join(path, onnx))) hash.update(chunk as Uint8Array);
  if (hash.digest("hex") === stated) return;
  const message = `${onnx} is not the file that was fetched: docent model fetch mends it`;
  throw new LocalModelError("model_damaged", message);
}

async function loadTokenizer(path: string): Promise<Tokenizer> {
  const rules: unknown = JSON.parse(await readFile(join(path, "tokenizer.json"), "utf8"));
  const configuration = await readFile(join(path, "tokenizer_config.json"), "utf8").catch(
    () => "{}",
  );
  // The embedder cuts and pads by itself; the file's settings are left over from its last use.
  const own = { ...(rules as object), truncation: null, padding: null };
  return new Tokenizer(own, JSON.parse(configuration) as object);
}

async function run(
  { Tensor }: OnnxRuntime,
  session: Runtime.InferenceSession,
  tokens: readonly number[],
  pooling: Pooling,
): Promise<Float32Array> {
  const row = (valueOf: (token: number) => bigint) =>
    new Tensor("int64", BigInt64Array.from(tokens, valueOf), [1, tokens.length]);
  const inputs: Readonly<Record<string, Runtime.Tensor>> = {
    input_ids: row(BigInt),
    attention_mask: row(() => 1n),
    token_type_ids: row(() => 0n),
  };
  const feeds = Object.fromEntries(
    session.inputNames.flatMap((name) => {
      const tensor = inputs[name];
      return tensor ? [[name, tensor]] : [];
    }),
  );
  const outputs = await session.run(feeds);
  const found = outputs["last_hidden_state"] ?? outputs[session.outputNames[0] ?? ""];
  if (!(found?.data instanceof Float32Array) || found.dims.length !== 3) {
    throw new LocalModelError("model_damaged", "the model gives no vectors of tokens");
  }
  const { data, dims } = found;
  const dimensions = dims[2] ?? 0;
  return unit(pooling === "cls" ? data.slice(0, dimensions) : sum(data, dimensions));
}

/** The mean before `unit` scales it to length 1. */
function sum(tokens: Float32Array, dimensions: number): Float32Array {
  const total = new Float32Array(dimensions);
  for (const [index, value] of tokens.entries()) {
    const place = index % dimensions;
    total[place] = (total[place] ?? 0) + value;
  }
  return total;
}

function unit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!(length > 0) || !Number.isFinite(length)) {
    throw new LocalModelError("model_damaged", "the model gives vectors without a length");
  }
  return vector.map((value) => value / length);
}

function explain(error: unknown): LocalModelError {
  if (error instanceof LocalModelError) return error;
  const said = error instanceof Error ? error.message : "";
  if (/bad.?alloc|alloc.*fail|out of memory|array buffer allocation/i.test(said)) {
    const message = "there is not the memory to load the model";
    return new LocalModelError("too_little_memory", message, { cause: error });
  }
  const message = "the model's files cannot be understood: docent model fetch gets them again";
  return new LocalModelError("model_damaged", message, { cause: error });
}
