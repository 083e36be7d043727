import { sql } from "../../lib/sql.ts";
import type { Database, Statement } from "../../ports/database.ts";

/** A document as a list names it. */
export interface PublishedDocument {
  readonly id: string;
  readonly source: string;
  readonly path: string;
  readonly title: string;
  readonly url: string | null;
  readonly description: string | null;
}

/** A passage with its document. */
export interface PublishedPassage extends PublishedDocument {
  /** The state of the document's text; passages of two revisions do not belong together. */
  readonly revision: string;
  readonly ordinal: number;
  readonly heading_path: readonly string[];
  readonly text: string;
}

/** A document's place in the order by source and path. */
export interface DocumentPosition {
  readonly source: string;
  readonly path: string;
}

export const beforeAll: DocumentPosition = { source: "", path: "" };

/**
 * Changes whenever a document is added, changed or removed. The sum, because a change that is committed after a later
 * one has not the latest time.
 *
 * @throws PortFailure
 */
export async function readLibraryVersion(database: Database): Promise<string> {
  const [row] = await database.query<{ version: string }>(sql`
    select count(*) || '-' || coalesce(sum((extract(epoch from updated_at) * 1000000)::bigint), 0)
      as version from documents`);
  return row?.version ?? "0";
}

/** A document with the hash of all that its text is made from; undefined for an unknown id. @throws PortFailure */
export async function readPublished(
  database: Database,
  id: string,
): Promise<(PublishedDocument & { readonly hash: string }) | undefined> {
  const [row] = await database.query<PublishedDocument & { hash: string }>(sql`
    select id, source, path, title, url, description, hash from documents where id = ${id}`);
  return row;
}

/** Whether the document is there and its text has not changed. @throws PortFailure */
export async function isUnchanged(
  database: Database,
  { id, revision }: Pick<PublishedPassage, "id" | "revision">,
): Promise<boolean> {
  const rows = await database.query(sql`
    select from documents where id = ${id} and revision::text = ${revision}`);
  return rows.length > 0;
}

/**
 * The next documents by source and path: those of the newest version in the main language, or the others.
 *
 * @throws PortFailure
 */
export async function readPublishedAfter(
  database: Database,
  edition: "main" | "other",
  { source, path }: DocumentPosition,
  limit: number,
): Promise<PublishedDocument[]> {
  return database.query<PublishedDocument>(sql`
    select id, source, path, title, url, description from documents
    where (version is null and language is null) = ${edition === "main"}
      and (source, path) > (${source}, ${path})
    order by source, path limit ${limit}`);
}

/** The next passages of a document. @throws PortFailure */
export async function readPassagesOf(
  database: Database,
  id: string,
  afterOrdinal: number,
  limit: number,
): Promise<PublishedPassage[]> {
  const isBehind = sql`passages.ordinal > ${afterOrdinal}::int`;
  return readPassages(database, sql`documents.id = ${id}`, isBehind, limit);
}

/** The next passages of all documents, by source and path. @throws PortFailure */
export async function readPassagesAfter(
  database: Database,
  { source, path, ordinal }: DocumentPosition & { readonly ordinal: number },
  limit: number,
): Promise<PublishedPassage[]> {
  const isAmong = sql`(documents.source, documents.path) >= (${source}, ${path})`;
  // A comparison by which the index finds them.
  const isBehind = sql`passages.ordinal > case
    when (documents.source, documents.path) > (${source}, ${path}) then -1 else ${ordinal}::int end`;
  return readPassages(database, isAmong, isBehind, limit);
}

/**
 * In order. Of each document only the next ones are read, by the index, and the documents behind them not at all: the
 * time does not grow with the library.
 */
function readPassages(
  database: Database,
  isAmong: Statement,
  isBehind: Statement,
  limit: number,
): Promise<PublishedPassage[]> {
  return database.query<PublishedPassage>(sql`
    select documents.id, source, path, title, documents.url, description,
      documents.revision::text as revision, next.ordinal, heading_path, text
    from documents, lateral (
      select ordinal, heading_path, text from passages
      where passages.revision = documents.revision and passages.document_id = documents.id
        and ${isBehind}
      order by ordinal limit ${limit}::int
    ) as next
    where ${isAmong}
    order by source, path, next.ordinal limit ${limit}::int`);
}
