import { realpath } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import type { SkippedDocument } from "../../handlers/ports/document-source.ts";

export type SkipReason = SkippedDocument["skipped"];

export interface FolderRules {
  /** The folder's own path, without links. */
  readonly root: string;
  /** Why a file or folder is not read, whatever links lead to it; undefined: it is read. */
  check(realPath: string): SkipReason | undefined;
}

/**
 * The rules for what is read in a folder of documents: nothing outside of it, nothing hidden, and not the
 * folder in which Docent keeps its own data.
 *
 * @param excluded DATA_DIR; undefined: none
 */
export async function readFolderRules(
  folder: string,
  excluded: string | undefined,
): Promise<FolderRules> {
  const root = await realpath(folder);
  const own =
    excluded === undefined ? undefined : await realpath(excluded).catch(() => resolve(excluded));
  return {
    root,
    check(realPath) {
      if (realPath !== root && !isInside(realPath, root)) return "outside";
      if (
        own !== undefined &&
        (realPath === own || (isInside(realPath, own) && !isInside(root, own)))
      ) {
        return "own-data";
      }
      return relative(root, realPath).split(sep).some(isHidden) ? "hidden" : undefined;
    },
  };
}

/** Whether a file or folder is passed over for its name. */
export function isHidden(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
