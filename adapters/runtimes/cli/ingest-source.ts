import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join, relative, resolve, sep } from "node:path";
import type { IngestSource, MediaType, SourceEntry } from "./ingest-target.ts";
import type { Terminal } from "./terminal.ts";

const mediaTypes: Readonly<Record<string, MediaType>> = {
  ".md": "text/markdown",
  ".markdown": "text/markdown",
  ".mdx": "text/mdx",
  ".html": "text/html",
  ".htm": "text/html",
  ".txt": "text/plain",
};

/** What `docent ingest` was pointed at, and the source it belongs to unless --source says. */
export interface OpenedSource {
  readonly name: string;
  readonly source: IngestSource;
}

/** A folder, a file, or `-` for standard input. Throws when there is nothing to read. */
export async function openSource(
  where: string,
  path: string | undefined,
  terminal: Terminal,
): Promise<OpenedSource> {
  if (where === "-") {
    const content = await terminal.readInput();
    const entry = { path: path ?? "stdin.md", content, mediaType: mediaTypeOf(path ?? "stdin.md") };
    return { name: "files", source: single(entry) };
  }
  const found = await stat(where).catch(() => undefined);
  if (!found) throw new Error(`There is no file or folder ${where}.`);
  if (!found.isDirectory()) {
    return { name: "files", source: single(await readEntry(where, path ?? basename(where))) };
  }
  const paths = await listFolder(where);
  if (paths.length === 0) throw new Error(`There is no document in ${where}.`);
  const entries = readFolder(where, paths);
  return {
    name: basename(resolve(where)),
    source: { total: paths.length, entries, isComplete: true },
  };
}

function single(entry: SourceEntry): IngestSource {
  return { total: 1, entries: readyEntries([entry]), isComplete: false };
}

async function* readyEntries(entries: readonly SourceEntry[]): AsyncGenerator<SourceEntry> {
  yield* entries;
}

async function* readFolder(root: string, paths: readonly string[]): AsyncGenerator<SourceEntry> {
  for (const path of paths) yield await readEntry(join(root, path), path);
}

async function listFolder(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && extname(entry.name).toLowerCase() in mediaTypes)
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter(
      (path) => !path.split("/").some((part) => part.startsWith(".") || part === "node_modules"),
    )
    .sort();
}

async function readEntry(file: string, path: string): Promise<SourceEntry> {
  try {
    const content = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
    return { path, content, mediaType: mediaTypeOf(path) };
  } catch (error) {
    if (error instanceof TypeError) return { path, failure: "not UTF-8 text" };
    return { path, failure: error instanceof Error ? error.message : String(error) };
  }
}

function mediaTypeOf(path: string): MediaType {
  return mediaTypes[extname(path).toLowerCase()] ?? "text/plain";
}
