import type { Database } from "../../ports/database.ts";
import type { Place } from "../../lib/paging.ts";
import { sql } from "../../lib/sql.ts";

/** A document without its text. */
export interface DocumentSummary {
  readonly id: string;
  readonly source: string;
  readonly path: string;
  readonly title: string;
  readonly url: string | null;
  readonly media_type: string;
  readonly description: string | null;
  readonly version: string | null;
  readonly language: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface PassageOfDocument {
  readonly id: string;
  readonly heading_path: readonly string[];
  readonly url: string | null;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const summary = sql`id, source, path, title, url, media_type, description, version, language,
  created_at, updated_at`;

/** A page of documents, the last changed first, of one source or of all. @throws PortFailure */
export async function readNewest(
  database: Database,
  {
    source,
    after,
    limit,
  }: { source?: string | undefined; after?: Place | undefined; limit: number },
): Promise<{ document: DocumentSummary; place: Place }[]> {
  const rows = await database.query<DocumentSummary & { key: number }>(sql`
    select ${summary}, (extract(epoch from updated_at) * 1000000)::bigint as key
    from documents
    where ${source === undefined ? sql`true` : sql`source = ${source}`}
      and ${after === undefined ? sql`true` : isBehind(after)}
    order by updated_at desc, id limit ${limit}`);
  return rows.map(({ key, ...document }) => ({ document, place: { key, id: document.id } }));
}

function isBehind({ key, id }: Place) {
  const time = sql`'epoch'::timestamptz + ${key}::bigint * interval '1 microsecond'`;
  return sql`(updated_at < ${time} or (updated_at = ${time} and id > ${id}))`;
}

/** A document with its passages in order; undefined for an unknown id. @throws PortFailure */
export async function readDocument(
  database: Database,
  id: string,
): Promise<(DocumentSummary & { passages: readonly PassageOfDocument[] }) | undefined> {
  // One statement, so that row and passages are of the same revision.
  const [row] = await database.query<
    DocumentSummary & { passages: readonly PassageOfDocument[] }
  >(sql`
    select ${summary}, coalesce((
      select jsonb_agg(jsonb_build_object('id', passages.id, 'heading_path', heading_path,
        'url', passages.url, 'start', span_start, 'end', span_end, 'text', text) order by ordinal)
      from passages
      where passages.revision = documents.revision and passages.document_id = documents.id
    ), '[]') as passages
    from documents where id = ${id}`);
  return row;
}
