import type { Database } from "../../ports/database.ts";
import { ownSources } from "../../ports/document-source.ts";
import { readHashes, readHashesAt } from "./store.ts";

/** The source of Docent's own README; it is removed when another source has documents. */
export const bundledSource = ownSources.bundled;

/** A source's ingested documents, by path. */
export type KnownDocuments = Map<string, { readonly id: string; readonly hash: string }>;

const pageSize = 1000;

/** All documents of a source. @throws PortFailure */
export async function readKnown(database: Database, source: string): Promise<KnownDocuments> {
  const known: KnownDocuments = new Map();
  let after = "";
  for (;;) {
    const page = await readHashes(database, source, after, pageSize);
    for (const { id, path, hash } of page) known.set(path, { id, hash });
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return known;
    after = last.path;
  }
}

/** The documents of a source at these paths, and the ids of the bundled ones, by one statement. @throws PortFailure */
export async function readKnownAt(
  database: Database,
  source: string,
  paths: readonly string[],
): Promise<{ known: KnownDocuments; bundled: string[] }> {
  const rows = await readHashesAt(database, { source, paths, whole: bundledSource });
  const own = rows.filter((row) => row.source === source);
  return {
    known: new Map(own.map(({ id, path, hash }) => [path, { id, hash }])),
    bundled: rows.filter((row) => row.source === bundledSource).map(({ id }) => id),
  };
}
