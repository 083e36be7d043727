import { stat } from "node:fs/promises";
import { mediaTypeOf } from "../../../../handlers/documents/parsing/parsers.ts";
import { ownSources } from "../../../../handlers/ports/document-source.ts";
import { nameOfFolder } from "../../../document-sources/folder-name.ts";
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
  /** The folder that is never read: DATA_DIR. */
  readonly excluded: string;
  readonly input: AsyncIterable<Uint8Array>;
}

/** Opens a folder, a file, or `-` for standard input. @throws UsageError, or Error when there is nothing to read */
export async function openSource(
  where: string,
  { path, limit, excluded, input }: SourceOptions,
): Promise<OpenedSource> {
  if (where === "-") {
    const name = path ?? "stdin.md";
    const mediaType = mediaTypeOf(name);
    if (!mediaType) throw new UsageError("--path must end in .md, .mdx, .html or .txt.");
    return single(createStreamSource(input, { path: name, mediaType, limit }).read());
  }
  const found = await stat(where).catch(() => undefined);
  if (!found) throw new Error(`There is no file or folder ${where}.`);
  const folder = createFolderSource(where, { mediaTypeOf, limit, excluded });
  const entries = folder.read();
  if (!found.isDirectory()) return single(path === undefined ? entries : rename(entries, path));
  const total = await folder.count?.();
  if (total === 0) throw new Error(`There is no document in ${where}.`);
  return { name: nameOfFolder(where), source: { total, entries, isComplete: true } };
}

function single(entries: IngestSource["entries"]): OpenedSource {
  return { name: ownSources.files, source: { total: 1, entries, isComplete: false } };
}

async function* rename(entries: IngestSource["entries"], path: string): IngestSource["entries"] {
  for await (const entry of entries) yield { ...entry, path };
}
