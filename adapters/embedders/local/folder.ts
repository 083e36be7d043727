import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { basename, join } from "node:path";
import { LocalModelError } from "./state.ts";

/** A model's folder that has everything it takes. */
export interface ModelFolder {
  readonly path: string;
  /** `all-MiniLM-L6-v2`, for example: decides on prefixes and, without configuration, on the token limit. */
  readonly name: string;
  /** Changes with the model's weights: names its vectors. */
  readonly fingerprint: string;
  /** The ONNX file, relative to `path`, and its size in bytes. */
  readonly onnx: string;
  readonly onnxBytes: number;
}

/** What `docent model fetch` leaves beside the files once all of them are there and verified. */
export interface ModelManifest {
  readonly repository: string;
  readonly revision: string;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly hash: string }>>;
}

export const manifestName = "docent-model.json";
/** In order of preference: int8 is a quarter of the size and, with the runtime's kernels, twice as fast. */
export const onnxNames = ["onnx/model_quantized.onnx", "onnx/model.onnx"] as const;
export const requiredNames = ["config.json", "tokenizer.json"] as const;
/** Ends the name of a file that is still being fetched. */
export const partialSuffix = ".part";

const samples = 8;
const sampleBytes = 64 * 1024;

/**
 * Looks at a model's folder without loading anything: some milliseconds, whatever the model's size.
 *
 * @throws LocalModelError `model_missing`, `model_incomplete` or `model_damaged`
 */
export function readModelFolder(path: string): ModelFolder {
  if (!existsSync(path)) {
    throw new LocalModelError("model_missing", `there is no folder ${basename(path)}`);
  }
  const partial = filesIn(path).find((name) => name.endsWith(partialSuffix));
  const onnx = onnxNames.find((name) => existsSync(join(path, name)));
  const missing = requiredNames.find((name) => !existsSync(join(path, name)));
  if (partial !== undefined || onnx === undefined || missing !== undefined) {
    const what = partial ?? missing ?? onnxNames[0];
    const message = `${what} is not there, or only in part: docent model fetch completes it`;
    throw new LocalModelError("model_incomplete", message);
  }
  const onnxBytes = statSync(join(path, onnx)).size;
  for (const [name, { bytes }] of Object.entries(readManifest(path)?.files ?? {})) {
    if (sizeOf(join(path, name)) === bytes) continue;
    const message = `${name} has not the size it was fetched with: docent model fetch mends it`;
    throw new LocalModelError("model_damaged", message);
  }
  const fingerprint = sampleHash(join(path, onnx), onnxBytes);
  return { path, name: basename(path).replace(/@.*$/, ""), fingerprint, onnx, onnxBytes };
}

/** The manifest, where the folder was filled by `docent model fetch`. */
export function readManifest(path: string): ModelManifest | undefined {
  try {
    return JSON.parse(readFileSync(join(path, manifestName), "utf8")) as ModelManifest;
  } catch {
    return undefined;
  }
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" });
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** Of a file's size and some stretches all over it: weights differ everywhere when they differ. */
function sampleHash(path: string, bytes: number): string {
  const hash = createHash("sha256").update(String(bytes));
  const file = openSync(path, "r");
  try {
    const sample = new Uint8Array(sampleBytes);
    for (let index = 0; index < samples; index++) {
      const read = readSync(file, sample, 0, sampleBytes, Math.floor((bytes * index) / samples));
      hash.update(sample.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex").slice(0, 12);
}
