import { basename, resolve } from "node:path";
import { ownSources } from "../../handlers/ports/document-source.ts";

const taken: ReadonlySet<string> = new Set(Object.values(ownSources));

/** The source of a folder's documents: the folder's name, or `<name>-folder` where other documents are of that source. */
export function nameOfFolder(folder: string): string {
  const name = basename(resolve(folder));
  return taken.has(name) ? `${name}-folder` : name;
}
