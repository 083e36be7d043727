import { constants, type Dirent } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type {
  DocumentSource,
  FoundDocument,
  MediaType,
  SkippedDocument,
  UnreadableDocument,
} from "../../handlers/ports/document-source.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import { reasonOf } from "./file-failure.ts";
import { isHidden, readFolderRules, type FolderRules } from "./folder-rules.ts";

export interface FolderOptions {
  /** The media type for a path; undefined: the file is no document. */
  readonly mediaTypeOf: (path: string) => MediaType | undefined;
  /** The largest file that is read, in bytes. */
  readonly limit: number;
  /** A folder that is never read: DATA_DIR, which holds the signing secret. */
  readonly excluded?: string;
}

/** A file to read as a document; `rules` are undefined for one that was named itself. */
interface FoundFile {
  readonly path: string;
  readonly file: string;
  readonly rules: FolderRules | undefined;
}

type Found = FoundFile | UnreadableDocument | SkippedDocument;

/**
 * Reads the documents of a folder and its subfolders, or one file, sorted by name. Skips hidden files,
 * `node_modules`, files of other types, `excluded`, and links that lead to any of these or out of the folder.
 * Walks no folder twice.
 */
export function createFolderSource(root: string, options: FolderOptions): DocumentSource {
  async function* readOne({ path, file, rules }: FoundFile): AsyncGenerator<FoundDocument> {
    const mediaType = options.mediaTypeOf(path);
    if (mediaType === undefined) {
      yield { path, failure: "not a kind of file that is read as a document" };
      return;
    }
    try {
      // Checked again, because the file may have become a link since it was found.
      const real = await realpath(file);
      const skipped = rules?.check(real);
      if (skipped !== undefined) yield { path, skipped };
      else yield { path, mediaType, ...(await readBytes(real)) };
    } catch (error) {
      yield { path, failure: reasonOf(error) };
    }
  }

  /** The bytes of a file that is no link, or why it is not read. */
  async function readBytes(file: string) {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { size } = await handle.stat();
      // The file may grow meanwhile; the bytes that were read count.
      const bytes = size > options.limit ? undefined : await handle.readFile();
      const length = bytes?.length ?? size;
      if (bytes !== undefined && length <= options.limit) return { bytes };
      return { failure: `too large: ${length} bytes, the limit is ${options.limit}` };
    } finally {
      await handle.close();
    }
  }

  async function* walk(
    folder: string,
    prefix: string,
    rules: FolderRules,
    walked: Set<string>,
  ): AsyncGenerator<Found> {
    let entries: Dirent[];
    try {
      const real = await realpath(folder);
      const skipped = rules.check(real);
      if (skipped !== undefined) yield { path: prefix.slice(0, -1), skipped };
      if (skipped !== undefined || walked.has(real)) return;
      walked.add(real);
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      yield { path: prefix.slice(0, -1), failure: reasonOf(error) };
      return;
    }
    // By code unit, so that the order is the same on every machine.
    entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const entry of entries) {
      const path = prefix + entry.name;
      const file = join(folder, entry.name);
      const isDocument = options.mediaTypeOf(path) !== undefined;
      if (isHidden(entry.name)) {
        if (isDocument || entry.isDirectory()) yield { path, skipped: "hidden" };
        continue;
      }
      const kind = entry.isSymbolicLink() ? await kindOf(file) : entry;
      if (kind?.isDirectory() === true) yield* walk(file, `${path}/`, rules, walked);
      else if (!isDocument) continue;
      else if (kind === undefined) yield { path, failure: "a link that leads nowhere" };
      else if (kind.isFile()) yield await check({ path, file, rules });
    }
  }

  /** Yields every document, by name; reads no content. */
  async function* find(): AsyncGenerator<Found> {
    const kind = await stat(root).catch((cause: unknown) => {
      throw new PortFailure("not_found", `${root} cannot be read: ${reasonOf(cause)}`, {
        retryable: false,
        cause,
      });
    });
    if (kind.isDirectory()) {
      const rules = await readFolderRules(root, options.excluded);
      if (rules.check(rules.root) !== undefined) {
        throw new PortFailure("invalid", `${root} is DATA_DIR, which holds no documents`, {
          retryable: false,
        });
      }
      yield* walk(root, "", rules, new Set());
    } else if (kind.isFile()) yield { path: basename(root), file: root, rules: undefined };
    else yield { path: basename(root), failure: "neither a file nor a folder" };
  }

  return {
    async count() {
      let count = 0;
      for await (const found of find()) count += found.path === "" || "skipped" in found ? 0 : 1;
      return count;
    },
    async *read() {
      for await (const found of find()) {
        if ("file" in found) yield* readOne(found);
        else yield found;
      }
    },
  };
}

async function check(found: FoundFile): Promise<Found> {
  const real = await realpath(found.file).catch(() => found.file);
  const skipped = found.rules?.check(real);
  return skipped === undefined ? found : { path: found.path, skipped };
}

async function kindOf(file: string) {
  return stat(file).catch(() => undefined);
}
