import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { manifestName, type ModelFolder, readModelFolder } from "./folder.ts";
import { LocalModelError } from "./state.ts";

/** A model on the hub: `owner/name[@revision]`. */
export interface ModelRepository {
  readonly owner: string;
  readonly name: string;
  readonly revision: string;
}

export type Located =
  | { readonly kind: "found"; readonly model: ModelFolder }
  | { readonly kind: "broken"; readonly error: LocalModelError }
  /** No model is configured, and none is installed. */
  | { readonly kind: "absent" };

export interface LocateOptions {
  readonly mode: "auto" | "on";
  readonly reference: string | undefined;
  /** Folders of models (`owner/name`), the preferred one first. */
  readonly roots: readonly string[];
}

/** A model for documents in English; https://huggingface.co/Xenova/all-MiniLM-L6-v2 */
export const defaultRepository = "Xenova/all-MiniLM-L6-v2";

/** Finds the model that the settings name or, without a name, an installed one. */
export function locateModel({ mode, reference, roots }: LocateOptions): Located {
  const path = reference === undefined ? newestModel(roots) : findReference(reference, roots);
  if (path === undefined && mode === "auto" && reference === undefined) return { kind: "absent" };
  try {
    if (path !== undefined) return { kind: "found", model: readModelFolder(path) };
    const message = `${reference ?? "no model"} is not here: docent model fetch gets it`;
    return { kind: "broken", error: new LocalModelError("model_missing", message) };
  } catch (error) {
    if (error instanceof LocalModelError) return { kind: "broken", error };
    const message = "the model's folder cannot be read";
    return {
      kind: "broken",
      error: new LocalModelError("model_damaged", message, { cause: error }),
    };
  }
}

/** Parses `owner/name[@revision]`; undefined for a path. */
export function parseRepository(reference: string): ModelRepository | undefined {
  const match = /^([\w-][\w.-]*)\/([\w-][\w.-]*)(?:@([\w.-]+))?$/.exec(reference);
  const [, owner, name, revision = "main"] = match ?? [];
  return owner === undefined || name === undefined ? undefined : { owner, name, revision };
}

/** A repository's folder in a root; the revision is part of the name unless it is `main`. */
export function folderOf({ owner, name, revision }: ModelRepository, root: string): string {
  return join(root, owner, revision === "main" ? name : `${name}@${revision}`);
}

function findReference(reference: string, roots: readonly string[]): string | undefined {
  if (existsSync(reference)) return reference;
  const repository = parseRepository(reference);
  if (repository === undefined) return undefined;
  return roots.map((root) => folderOf(repository, root)).find((path) => existsSync(path));
}

/** The model fetched last, from the first root that has any. */
function newestModel(roots: readonly string[]): string | undefined {
  for (const root of roots) {
    const folders = foldersIn(root).flatMap((owner) => foldersIn(owner));
    const [newest] = folders
      .map((path) => ({ path, at: fetchedAt(path) }))
      .toSorted((one, other) => other.at - one.at);
    if (newest !== undefined) return newest.path;
  }
  return undefined;
}

/** The manifest is written by each fetch, also by one that finds all files; a folder's own time would not change. */
function fetchedAt(path: string): number {
  const manifest = statSync(join(path, manifestName), { throwIfNoEntry: false });
  return (manifest ?? statSync(path)).mtimeMs;
}

function foldersIn(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(path, name));
}
