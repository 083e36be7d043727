import { cpSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createLocalEmbedder } from "../../../adapters/embedders/local/embedder.ts";
import { readModelFolder } from "../../../adapters/embedders/local/folder.ts";
import { testCircuit } from "./vectors.ts";

/**
 * The folder of Xenova/all-MiniLM-L6-v2 that DOCENT_TEST_MODEL names, as `docent model fetch` fills it. Its 24
 * MB are not part of the project; without it, tests that need a real model are skipped.
 */
export const testModel = readTestModel();

function readTestModel(): string | undefined {
  const path = process.env["DOCENT_TEST_MODEL"];
  if (path) return resolve(path);
  console.warn("the embedder in the box: not tested, DOCENT_TEST_MODEL names no model's folder");
  return undefined;
}

/** A copy of the model that a test may damage, in a root as `docent model fetch` makes it. */
export async function copyModel(folder: string, root: string): Promise<string> {
  const path = join(root, "Xenova/all-MiniLM-L6-v2");
  cpSync(folder, path, { recursive: true });
  return path;
}

/** The same model under another name, which selects other prefixes. */
export async function renameModel(folder: string, root: string, name: string): Promise<string> {
  await mkdir(root, { recursive: true });
  await symlink(folder, join(root, name));
  return join(root, name);
}

/** The real adapter on a model's folder. */
export function localEmbedder(folder: string, availableMemory?: () => number) {
  const model = readModelFolder(folder);
  const circuit = testCircuit("embedder");
  return createLocalEmbedder({ model, circuit, ...(availableMemory && { availableMemory }) });
}
