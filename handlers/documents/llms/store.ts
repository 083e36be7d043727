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

/** Changes whenever a document is added, changed or removed. @throws PortFailure */
export async function readLibraryVersion(database: Database): Promise<string> {
  const [row] = await database.query<{ version: string }>(sql`
    select count(*) || '-' || coalesce((extract(epoch from max(updated_at)) * 1000000)::bigint, 0)
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
  return readPassages(
    database,
    sql`documents.id = ${id} and passages.ordinal > ${afterOrdinal}::int`,
    limit,
  );
}

/** The next passages of all documents, by source and path. @throws PortFailure */
export async function readPassagesAfter(
  database: Database,
  { source, path, ordinal }: DocumentPosition & { readonly ordinal: number },
  limit: number,
): Promise<PublishedPassage[]> {
  const isBehind = sql`(documents.source, documents.path) >= (${source}, ${path})
    and ((documents.source, documents.path) > (${source}, ${path})
      or passages.ordinal > ${ordinal}::int)`;
  return readPassages(database, isBehind, limit);
}

function readPassages(
  database: Database,
  condition: Statement,
  limit: number,
): Promise<PublishedPassage[]> {
  return database.query<PublishedPassage>(sql`
    select documents.id, source, path, title, documents.url, description,
      documents.revision::text as revision, passages.ordinal, heading_path, text
    from documents join passages on passages.revision = documents.revision
      and passages.document_id = documents.id
    where ${condition}
    order by source, path, passages.ordinal limit ${limit}::int`);
}
