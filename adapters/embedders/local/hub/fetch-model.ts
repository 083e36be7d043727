import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PortFailure } from "../../../../handlers/ports/failure.ts";
import { manifestName, type ModelManifest, onnxNames, requiredNames } from "../folder.ts";
import { folderOf, type ModelRepository } from "../locate.ts";
import { fetchFile } from "./fetch-file.ts";
import { createHub } from "./hub.ts";

export interface FetchModelOptions {
  /** The hub's address, without a slash at the end. */
  readonly endpoint: string;
  readonly repository: ModelRepository;
  /** The folder of all models; each model has its own folder in it. */
  readonly root: string;
  readonly signal: AbortSignal;
  readonly onProgress: (name: string, bytes: number, total: number | undefined) => void;
  /** See `FetchFileOptions`. */
  readonly firstWait?: number;
}

export interface FetchedModel {
  readonly folder: string;
  readonly bytes: number;
  /** Bytes fetched by this call. */
  readonly fetchedBytes: number;
}

const optionalNames = [
  "tokenizer_config.json",
  "special_tokens_map.json",
  "sentence_bert_config.json",
  "1_Pooling/config.json",
];

/**
 * Fetches the files that running a model needs. After an interruption the next call resumes. The manifest,
 * written last, marks the folder as complete.
 *
 * @throws PortFailure; `not_found` when the repository lacks a required file
 */
export async function fetchModel(options: FetchModelOptions): Promise<FetchedModel> {
  const { endpoint, repository, root, signal, onProgress, firstWait = 1000 } = options;
  const folder = folderOf(repository, root);
  const hub = createHub(endpoint, repository);
  const files: Record<string, { bytes: number; hash: string }> = {};
  let commit: string | undefined;
  let fetchedBytes = 0;

  async function get(name: string): Promise<boolean> {
    const report = (bytes: number, total: number | undefined) => onProgress(name, bytes, total);
    const fetched = await fetchFile({ hub, folder, name, signal, onProgress: report, firstWait });
    if (fetched === undefined) return false;
    commit ??= fetched.commit;
    if (fetched.commit !== commit) {
      const message = "the repository has changed meanwhile: fetch it again";
      throw new PortFailure("conflict", message, { retryable: true });
    }
    files[name] = { bytes: fetched.bytes, hash: fetched.hash };
    if (!fetched.wasThere) fetchedBytes += fetched.bytes;
    return true;
  }

  for (const name of requiredNames) {
    if (!(await get(name))) throw missing(repository, name);
  }
  for (const name of optionalNames) await get(name);
  const [int8, float] = onnxNames;
  if (!(await get(int8)) && !(await get(float))) throw missing(repository, int8);
  const manifest: ModelManifest = {
    repository: `${repository.owner}/${repository.name}`,
    revision: commit ?? repository.revision,
    files,
  };
  await removeLeftOut(folder, files);
  await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  return { folder, bytes, fetchedBytes };
}

/** Deletes files of an earlier revision that this one lacks. */
async function removeLeftOut(folder: string, files: Readonly<Record<string, unknown>>) {
  for (const name of [...optionalNames, ...onnxNames]) {
    if (!(name in files)) await rm(join(folder, name), { force: true });
  }
}

function missing({ owner, name }: ModelRepository, file: string): PortFailure {
  const message = `${owner}/${name} has no ${file}: it is no model that Docent can run`;
  return new PortFailure("not_found", message, { retryable: false });
}
