import type { Dirent } from "node:fs";
import { readFile, readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type {
  DocumentSource,
  MediaType,
  SourceDocument,
  UnreadableDocument,
} from "../../handlers/ports/document-source.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";

type ReadDocument = SourceDocument | UnreadableDocument;

export interface FolderOptions {
  /** The media type for a path; undefined: the file is no document. */
  readonly mediaTypeOf: (path: string) => MediaType | undefined;
  /** The largest file that is read, in bytes. */
  readonly limit: number;
}

/** A file to read as a document. */
interface FoundFile {
  readonly path: string;
  readonly file: string;
}

/**
 * Reads the documents of a folder and its subfolders, or one file, sorted by name. Skips dot-files,
 * `node_modules` and files of other types; follows links, and walks no folder twice.
 */
export function createFolderSource(root: string, options: FolderOptions): DocumentSource {
  async function* readOne(path: string, file: string): AsyncGenerator<ReadDocument> {
    const mediaType = options.mediaTypeOf(path);
    if (mediaType === undefined) {
      yield { path, failure: "not a kind of file that is read as a document" };
      return;
    }
    try {
      const { size } = await stat(file);
      // The file may have grown since it was listed; the bytes that were read count.
      const bytes = size > options.limit ? undefined : await readFile(file);
      const length = bytes?.length ?? size;
      if (bytes === undefined || length > options.limit) {
        yield { path, failure: `too large: ${length} bytes, the limit is ${options.limit}` };
        return;
      }
      yield { path, bytes, mediaType };
    } catch (error) {
      yield { path, failure: reasonOf(error) };
    }
  }

  async function* walk(
    folder: string,
    prefix: string,
    walked: Set<string>,
  ): AsyncGenerator<FoundFile | UnreadableDocument> {
    let entries: Dirent[];
    try {
      const real = await realpath(folder);
      if (walked.has(real)) return;
      walked.add(real);
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      yield { path: prefix.slice(0, -1), failure: reasonOf(error) };
      return;
    }
    // By code unit, so that the order is the same on every machine.
    entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = prefix + entry.name;
      const file = join(folder, entry.name);
      const kind = entry.isSymbolicLink() ? await kindOf(file) : entry;
      if (kind?.isDirectory() === true) yield* walk(file, `${path}/`, walked);
      else if (options.mediaTypeOf(path) === undefined) continue;
      else if (kind === undefined) yield { path, failure: "a link that leads nowhere" };
      else if (kind.isFile()) yield { path, file };
    }
  }

  /** Yields the path of every document, by name; reads no content. */
  async function* find(): AsyncGenerator<FoundFile | UnreadableDocument> {
    const kind = await stat(root).catch((cause: unknown) => {
      throw new PortFailure("not_found", `${root} cannot be read: ${reasonOf(cause)}`, {
        retryable: false,
        cause,
      });
    });
    if (kind.isDirectory()) yield* walk(root, "", new Set());
    else if (kind.isFile()) yield { path: basename(root), file: root };
    else yield { path: basename(root), failure: "neither a file nor a folder" };
  }

  return {
    async count() {
      let count = 0;
      for await (const found of find()) count += found.path === "" ? 0 : 1;
      return count;
    },
    async *read() {
      for await (const found of find()) {
        if ("failure" in found) yield found;
        else yield* readOne(found.path, found.file);
      }
    },
  };
}

async function kindOf(file: string) {
  return stat(file).catch(() => undefined);
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  ENOENT: "it does not exist",
  ELOOP: "a link that leads back to itself",
  EIO: "the disk could not read it",
  EMFILE: "too many files are open",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons[code] ?? `it could not be read (${code || "unknown reason"})`;
}
