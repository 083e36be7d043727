import type { Database, Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import type { MediaType } from "../../ports/document-source.ts";

/** A document's row. */
export interface DocumentRow {
  readonly id: string;
  readonly source: string;
  readonly path: string;
  readonly hash: string;
  readonly mediaType: MediaType;
  readonly title: string;
  readonly url: string | null;
  /** The document's own description. */
  readonly description: string | null;
  /** The version that its folder names; null: none, so the newest. */
  readonly version: string | null;
  /** A BCP 47 tag in lower case; null: the documents' main language. */
  readonly language: string | null;
}

/** A passage's row; `number` stands for it in posting lists. */
export interface PassageRow {
  readonly number: number;
  readonly documentId: string;
  readonly ordinal: number;
  readonly id: string;
  readonly headingPath: readonly string[];
  readonly url: string | null;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The next `limit` documents of a source after a path, with their hashes. @throws PortFailure */
export async function readHashes(
  database: Database,
  source: string,
  afterPath: string,
  limit: number,
): Promise<{ id: string; path: string; hash: string }[]> {
  return database.query(sql`
    select id, path, hash from documents where source = ${source} and path > ${afterPath}
    order by path limit ${limit}`);
}

/** The documents of a source at these paths, and all of the source `whole`, with their hashes. @throws PortFailure */
export async function readHashesAt(
  database: Database,
  { source, paths, whole }: { source: string; paths: readonly string[]; whole: string },
): Promise<{ id: string; source: string; path: string; hash: string }[]> {
  return database.query(sql`
    select id, source, path, hash from documents
    where (source = ${source} and path = any(${paths}::text[])) or source = ${whole}`);
}

/** Reserves `count` numbers for passages, ascending. @throws PortFailure */
export async function reserveNumbers(database: Database, count: number): Promise<number[]> {
  const rows = await database.query<{ number: number }>(sql`
    select nextval('passage_numbers')::integer as number from generate_series(1, ${count})`);
  return rows.map((row) => row.number);
}

/** Inserts passages of an unpublished revision; does nothing if its segment was swept. @throws PortFailure */
export async function writePassages(
  database: Database,
  revision: number,
  rows: readonly PassageRow[],
): Promise<void> {
  await database.query(sql`
    with building as (
      update index_segments set touched_at = now()
      where id = ${revision} and state = 'building' returning id
    )
    insert into passages
      (revision, number, document_id, ordinal, id, heading_path, url, span_start, span_end, text)
    select building.id, p.number, p.document_id, p.ordinal, p.id, p.heading_path::jsonb,
      nullif(p.url, ''), p.span_start, p.span_end, p.text
    from building, unnest(
      ${rows.map((row) => row.number)}::integer[],
      ${rows.map((row) => row.documentId)}::uuid[],
      ${rows.map((row) => row.ordinal)}::integer[],
      ${rows.map((row) => row.id)}::uuid[],
      ${rows.map((row) => JSON.stringify(row.headingPath))}::text[],
      ${rows.map((row) => row.url ?? "")}::text[],
      ${rows.map((row) => row.start)}::integer[],
      ${rows.map((row) => row.end)}::integer[],
      ${rows.map((row) => row.text)}::text[]
    ) as p (number, document_id, ordinal, id, heading_path, url, span_start, span_end, text)`);
}

/**
 * The statement that makes `revision` the documents' current one and retires the passages of their earlier
 * ones. Does nothing if the revision's segment was swept.
 */
export function publishDocuments(revision: number, rows: readonly DocumentRow[]): Statement {
  return sql`
    with building as (
      select id from index_segments where id = ${revision} and state in ('building', 'publishing')
    ),
    incoming as (
      select * from building, unnest(
        ${rows.map((row) => row.id)}::uuid[],
        ${rows.map((row) => row.source)}::text[],
        ${rows.map((row) => row.path)}::text[],
        ${rows.map((row) => row.hash)}::text[],
        ${rows.map((row) => row.mediaType)}::text[],
        ${rows.map((row) => row.title)}::text[],
        ${rows.map((row) => row.url ?? "")}::text[],
        ${rows.map((row) => row.description ?? "")}::text[],
        ${rows.map((row) => row.version ?? "")}::text[],
        ${rows.map((row) => row.language ?? "")}::text[]
      ) as d (document_id, source, path, hash, media_type, title, url, description, version, language)
    ),
    retired as (
      insert into retired_passages (revision, document_id)
      select documents.revision, documents.id
      from documents join incoming on documents.id = incoming.document_id
      on conflict do nothing
    )
    insert into documents
      (id, source, path, hash, media_type, title, url, description, version, language, revision)
    select document_id, source, path, hash, media_type, title, nullif(url, ''), nullif(description, ''),
      nullif(version, ''), nullif(language, ''), id from incoming
    on conflict (id) do update set hash = excluded.hash, media_type = excluded.media_type,
      title = excluded.title, url = excluded.url, description = excluded.description,
      version = excluded.version, language = excluded.language, revision = excluded.revision,
      updated_at = now()`;
}

/**
 * Removes documents and returns how many there were; a sweep deletes their passages later.
 *
 * @throws PortFailure
 */
export async function removeDocuments(database: Database, ids: readonly string[]): Promise<number> {
  const rows = await database.query(sql`
    with gone as (delete from documents where id = any(${ids}::uuid[]) returning id, revision),
    retired as (
      insert into retired_passages (revision, document_id) select revision, id from gone on conflict do nothing
    )
    select id from gone`);
  return rows.length;
}

/** Whether there are documents of other sources. @throws PortFailure */
export async function hasOthersThan(database: Database, source: string): Promise<boolean> {
  const rows = await database.query(
    sql`select id from documents where source <> ${source} limit 1`,
  );
  return rows.length > 0;
}
