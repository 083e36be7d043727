import { readdir, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { mediaTypeOf } from "../../../../handlers/documents/parsing/parsers.ts";
import { createFolderSource } from "../../../document-sources/folder.ts";
import { createStreamSource } from "../../../document-sources/stream.ts";
import type { IngestSource } from "./target.ts";
import { UsageError } from "../command.ts";

/** What `docent ingest` was pointed at, and the source it belongs to unless --source says. */
export interface OpenedSource {
  readonly name: string;
  readonly source: IngestSource;
}

export interface SourceOptions {
  /** The path a single document is to have. */
  readonly path: string | undefined;
  /** Of one document, bytes. */
  readonly limit: number;
  readonly input: AsyncIterable<Uint8Array>;
}

/** Opens a folder, a file, or `-` for standard input. @throws UsageError, or Error when there is nothing to read */
export async function openSource(
  where: string,
  { path, limit, input }: SourceOptions,
): Promise<OpenedSource> {
  if (where === "-") {
    const name = path ?? "stdin.md";
    const mediaType = mediaTypeOf(name);
    if (!mediaType) throw new UsageError("--path must end in .md, .mdx, .html or .txt.");
    return single(createStreamSource(input, { path: name, mediaType, limit }).read());
  }
  const found = await stat(where).catch(() => undefined);
  if (!found) throw new Error(`There is no file or folder ${where}.`);
  const entries = createFolderSource(where, { mediaTypeOf, limit }).read();
  if (!found.isDirectory()) return single(path === undefined ? entries : rename(entries, path));
  const total = await countDocuments(where);
  if (total === 0) throw new Error(`There is no document in ${where}.`);
  return { name: basename(resolve(where)), source: { total, entries, isComplete: true } };
}

function single(entries: IngestSource["entries"]): OpenedSource {
  return { name: "files", source: { total: 1, entries, isComplete: false } };
}

async function* rename(entries: IngestSource["entries"], path: string): IngestSource["entries"] {
  for await (const entry of entries) yield { ...entry, path };
}

/** The number of documents, for the progress bar; links to folders are not counted. */
async function countDocuments(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => {
    const parts = name.split(/[\\/]/);
    const isPassedOver = parts.some((part) => part.startsWith(".") || part === "node_modules");
    return !isPassedOver && mediaTypeOf(name) !== undefined;
  }).length;
}
