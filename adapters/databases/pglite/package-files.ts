import type { Extension } from "@electric-sql/pglite";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { vectorFile } from "./files.ts";

/** What is used here of Emscripten's module: its file system in memory. */
interface Files {
  readonly FS: {
    create(path: string, mode: number): { contents: Uint8Array; usedBytes: number };
    mkdirTree(path: string): void;
  };
  FS_createDataFile: (path: string, name: null, content: Uint8Array) => void;
}

interface EngineOptions {
  readonly preRun: readonly ((module: Files) => void)[];
}

/** Where PGlite has PostgreSQL's files. */
const prefix = "/pglite";
const everything = 0o777;

/**
 * pgvector as an extension of PGlite, which is compiled when PostgreSQL calls it first instead of at every start. Has
 * PGlite make its 700 files at once with their content, where it would open, write and close each.
 */
export const vector: Extension = {
  name: "vector",
  setup: async (_pglite, options: EngineOptions) => ({
    emscriptenOpts: { ...options, preRun: [createFiles, ...options.preRun] },
  }),
};

function createFiles(module: Files): void {
  const create = (path: string, content: Uint8Array): void => {
    const file = module.FS.create(path, everything);
    file.contents = content;
    file.usedBytes = content.length;
  };
  module.FS_createDataFile = (path, _name, content) => create(path, content);
  for (const folder of ["lib/postgresql", "share/postgresql/extension"])
    module.FS.mkdirTree(`${prefix}/${folder}`);
  for (const [name, content] of readArchive(gunzipSync(readFileSync(vectorFile()))))
    if (/^(lib|share)\//.test(name)) create(`${prefix}/${name}`, content);
}

const blockBytes = 512;

/** The files of a tar archive (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06). */
function* readArchive(archive: Buffer): Generator<readonly [name: string, content: Uint8Array]> {
  for (let at = 0; archive[at] !== 0 && at < archive.length;) {
    const [name = ""] = archive.toString("latin1", at, at + 100).split("\0");
    const size = Number.parseInt(archive.toString("latin1", at + 124, at + 136), 8);
    const isFile = archive[at + 156] === 48;
    at += blockBytes;
    // A Buffer's `slice` is another one than an array's.
    if (isFile) yield [name, new Uint8Array(archive.buffer, archive.byteOffset + at, size)];
    at += Math.ceil(size / blockBytes) * blockBytes;
  }
}
