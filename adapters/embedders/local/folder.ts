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

/** A complete model's folder. */
export interface ModelFolder {
  readonly path: string;
  /** For example `all-MiniLM-L6-v2`; selects the prefixes and, without configuration, the token limit. */
  readonly name: string;
  /** Changes with the model's weights; part of the vector set's name. */
  readonly fingerprint: string;
  /** The ONNX file, relative to `path`, and its size in bytes. */
  readonly onnx: string;
  readonly onnxBytes: number;
  /** The size of `tokenizer.json`. */
  readonly tokenizerBytes: number;
}

/** The file that `docent model fetch` writes once all others are complete and verified. */
export interface ModelManifest {
  readonly repository: string;
  readonly revision: string;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly hash: string }>>;
}

export const manifestName = "docent-model.json";
/** In order of preference: int8 is a quarter of the size and twice as fast with the runtime's kernels. */
export const onnxNames = ["onnx/model_quantized.onnx", "onnx/model.onnx"] as const;
export const requiredNames = ["config.json", "tokenizer.json"] as const;
/** The suffix of a file that is being fetched. */
export const partialSuffix = ".part";

const samples = 8;
const sampleBytes = 64 * 1024;

/**
 * Checks a model's folder without loading the model; takes a few milliseconds for any size.
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
  const name = basename(path).replace(/@.*$/, "");
  const tokenizerBytes = statSync(join(path, "tokenizer.json")).size;
  return { path, name, fingerprint, onnx, onnxBytes, tokenizerBytes };
}

/** The manifest; undefined when `docent model fetch` did not fill the folder. */
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

/** A hash of a file's size and samples from all over it; different weights differ everywhere. */
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
