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

/** A page of documents, the last changed first; `q` is a part of their path or title. @throws PortFailure */
export async function readNewest(
  database: Database,
  {
    source,
    q = "",
    after,
    limit,
  }: {
    source?: string | undefined;
    q?: string | undefined;
    after?: Place | undefined;
    limit: number;
  },
): Promise<{ document: DocumentSummary; place: Place }[]> {
  const rows = await database.query<DocumentSummary & { key: number }>(sql`
    select ${summary}, (extract(epoch from updated_at) * 1000000)::bigint as key
    from documents
    where ${source === undefined ? sql`true` : sql`source = ${source}`}
      and ${q === "" ? sql`true` : contains(q)}
      and ${after === undefined ? sql`true` : isBehind(after)}
    order by updated_at desc, id limit ${limit}`);
  return rows.map(({ key, ...document }) => ({ document, place: { key, id: document.id } }));
}

function contains(q: string) {
  const part = sql`lower(${q}::text)`;
  return sql`(strpos(lower(title), ${part}) > 0 or strpos(lower(path), ${part}) > 0)`;
}

/** A source: the number of its documents, and when one of them last changed. */
export interface SourceSummary {
  readonly source: string;
  readonly documents: number;
  readonly updated_at: Date;
}

/** All sources, by name. @throws PortFailure */
export async function readSources(database: Database): Promise<SourceSummary[]> {
  return database.query(sql`
    select source, count(*)::integer as documents, max(updated_at) as updated_at
    from documents group by source order by source`);
}

function isBehind({ key, id }: Place) {
  const time = sql`'epoch'::timestamptz + ${key}::bigint * interval '1 microsecond'`;
  return sql`(updated_at < ${time} or (updated_at = ${time} and id > ${id}))`;
}

/** A part of a document's passages, in order. */
export interface PassagePage {
  readonly document: DocumentSummary;
  /** The state of the document's text; passages of two revisions do not belong together. */
  readonly revision: string;
  readonly passages: readonly (PassageOfDocument & { readonly ordinal: number })[];
}

/** A document with at most `limit` passages behind an ordinal; undefined for an unknown id. @throws PortFailure */
export async function readDocument(
  database: Database,
  id: string,
  { after, limit }: { after: number; limit: number },
): Promise<PassagePage | undefined> {
  // One statement, so that row and passages are of the same revision.
  const [row] = await database.query<DocumentSummary & Omit<PassagePage, "document">>(sql`
    select ${summary}, revision::text as revision, coalesce((
      select jsonb_agg(jsonb_build_object('id', page.id, 'heading_path', heading_path,
        'url', page.url, 'start', span_start, 'end', span_end, 'text', text, 'ordinal', ordinal)
        order by ordinal)
      from (
        select * from passages
        where passages.revision = documents.revision and passages.document_id = documents.id
          and ordinal > ${after}::int
        order by ordinal limit ${limit}::int
      ) as page
    ), '[]') as passages
    from documents where id = ${id}`);
  if (!row) return undefined;
  const { revision, passages, ...document } = row;
  return { document, revision, passages };
}

/** How many documents there are, and passages that searches see. @throws PortFailure */
export async function countLibrary(
  database: Database,
): Promise<{ readonly documents: number; readonly passages: number }> {
  const [row] = await database.query<{ documents: number; passages: number }>(sql`
    select (select count(*) from documents) as documents, (
      select count(*) from passages
      join documents on documents.id = document_id and documents.revision = passages.revision
    ) as passages`);
  return row ?? { documents: 0, passages: 0 };
}
