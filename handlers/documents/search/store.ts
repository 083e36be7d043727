import type { Database, Statement } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import type { MediaType } from "../../ports/document-source.ts";
import { fromBase64 } from "../../lib/bytes.ts";
import { isSearched } from "./copy/store-version.ts";

/** The index entry of a feature: its posting lists in all live segments, one after another. */
export interface FeatureRow {
  readonly feature: number;
  /** False where the lists exceed the budget; `postings` is then empty. */
  readonly whole: boolean;
  /** The stored size of the lists in bytes. */
  readonly size: number;
  readonly postings: Uint8Array;
  /** Passages and terms in the whole index, the same in every row. */
  readonly passages: number;
  readonly terms: number;
}

/** The row as the database sends it: `postings` as base64. */
export type SentFeatureRow = Omit<FeatureRow, "postings"> & { readonly postings: string };

/** What a search by words reads from: the database, or a copy of a small library. */
export interface LibraryReader {
  /** See the function of this name. @throws PortFailure */
  readPostings(features: readonly number[], budget: number): Promise<FeatureRow[]>;
  /** See the function of this name. @throws PortFailure */
  readCandidates(numbers: readonly number[], budget: number): Promise<CandidateRow[]>;
}

/** Reads the library from the database. */
export function createLibraryReader(database: Database): LibraryReader {
  return {
    readPostings: (features, budget) => readPostings(database, features, budget),
    readCandidates: (numbers, budget) => readCandidates(database, numbers, budget),
  };
}

/**
 * Reads the posting lists of `features`, the shortest first, as many as fit in `budget` bytes: a rare term tells more,
 * and the list of a term in every second passage takes more bytes than all others together.
 */
async function readPostings(
  database: Database,
  features: readonly number[],
  budget: number,
): Promise<FeatureRow[]> {
  const rows = await database.query<SentFeatureRow>(sql`
    with segments as materialized (
      select id, passages, terms from index_segments
      where ${isSearched}
    ),
    found as materialized (
      select wanted.feature, segments.id as segment, block.postings,
        coalesce(block.ends[place - 1], 0) as start,
        block.ends[place] - coalesce(block.ends[place - 1], 0) as size
      from segments cross join unnest(${features}::integer[]) as wanted (feature)
      cross join lateral (
        select features, ends, postings from index_blocks
        where segment_id = segments.id and first_feature <= wanted.feature
        order by first_feature desc limit 1
      ) as block
      cross join lateral width_bucket(wanted.feature, block.features) as place
      where block.features[place] = wanted.feature
    ),
    sized as (select *, sum(size) over (partition by feature) as total from found),
    budgeted as (select *, sum(size) over (order by total, feature) <= ${budget} as whole from sized)
    select feature, whole, total::integer as size,
      coalesce(
        encode(string_agg(substring(postings from start + 1 for size), '') filter (where whole), 'base64'), ''
      ) as postings,
      (select sum(passages)::integer from segments) as passages,
      (select sum(terms)::float8 from segments) as terms
    from budgeted group by feature, whole, total order by total, feature`);
  return rows.map((row) => ({ ...row, postings: fromBase64(row.postings) }));
}

/** The size of the rows on the wire, where bytes travel as base64. */
export function postingBytes(rows: readonly FeatureRow[]): number {
  return rows.reduce((sum, { postings }) => sum + Math.ceil(postings.length / 3) * 4 + 40, 0);
}

/** A candidate passage with its document. */
export interface CandidateRow {
  readonly number: number;
  readonly id: string;
  readonly document_id: string;
  readonly path: string;
  readonly title: string;
  readonly media_type: MediaType;
  readonly url: string | null;
  readonly heading_path: readonly string[];
  readonly text: string;
  /** The document's description; null for all passages but the first. */
  readonly description: string | null;
  readonly version: string | null;
  readonly language: string | null;
  /** Its place in its document, from 0. */
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the passages with these numbers in the order given, as many as fit in `budget` bytes. Passages of documents
 * that have changed or been deleted since are left out.
 */
async function readCandidates(
  database: Database,
  numbers: readonly number[],
  budget: number,
): Promise<CandidateRow[]> {
  return database.query<CandidateRow>(sql`
    select number, id, document_id, path, title, media_type, url, heading_path, text, description, version, language,
      ordinal, start, "end"
    from (
      select *, sum(bytes) over (order by place) as taken
      from unnest(${numbers}::integer[]) with ordinality as wanted (number, place)
      join (${selectCandidates}) as candidates using (number)
    ) as ranked
    where taken <= ${budget} order by place`);
}

/** A candidate with the bytes that it takes of the budget. */
export type SizedCandidate = CandidateRow & { readonly bytes: number };

/** SQL: the passages that are searched, as `SizedCandidate`. */
export const selectCandidates = sql`
  select passages.number, passages.id, passages.document_id, documents.path, documents.title, documents.media_type,
    case when passages.ordinal = 0 then documents.description end as description,
    documents.version, documents.language, passages.ordinal,
    coalesce(passages.url, documents.url) as url, passages.heading_path, passages.text,
    passages.span_start as start,
    passages.span_end as end,
    octet_length(passages.text) + octet_length(passages.heading_path::text)
      + octet_length(documents.path) + octet_length(documents.title)
      + coalesce(octet_length(documents.description), 0)
      + 2 * coalesce(octet_length(passages.url), 0) + 150 as bytes
  from passages
  join documents on documents.id = passages.document_id
    and documents.revision = passages.revision`;

/** The candidates with these numbers in the order given, up to the first that does not fit in `budget` bytes. */
export function fitBudget(
  numbers: readonly number[],
  found: ReadonlyMap<number, SizedCandidate>,
  budget: number,
): CandidateRow[] {
  let left = budget;
  const fitting: CandidateRow[] = [];
  for (const number of numbers) {
    const row = found.get(number);
    if (row === undefined) continue;
    const { bytes, ...candidate } = row;
    left -= bytes;
    if (left < 0) break;
    fitting.push(candidate);
  }
  return fitting;
}

/** A candidate in a search by words and meaning. */
export interface FusedRow extends CandidateRow {
  /** The rank among the nearest, from 1; null if it is not among them. */
  readonly meaning_rank: number | null;
  /** The cosine to the question's vector; null where it is not known. */
  readonly nearness: number | null;
  /** Whether the passage has a vector in the set. */
  readonly embedded: boolean;
}

// With 120 candidates (the default is 40) an HNSW index finds the same passages as a full scan. Other indexes ignore it.
const effort = sql`select set_config('hnsw.ef_search', '120', true)`;

/**
 * Reads the passages with these numbers and the nearest ones, alternately, otherwise like `readCandidates`. The rows of
 * `nearest` are number, rank (null: not among the nearest), id (null: any) and nearness of passages in the vector set
 * `set`.
 */
export async function readFused(
  database: Database,
  numbers: readonly number[],
  { set, nearest }: { readonly set: number; readonly nearest: Statement },
  budget: number,
): Promise<FusedRow[]> {
  const [, rows] = await database.batch<[object[], FusedRow[]]>([
    effort,
    sql`
    with nearest as materialized (${nearest}),
    wanted as (
      select number, min(place) as place from (
        select number, place from unnest(${numbers}::integer[]) with ordinality as lexical (number, place)
        union all
        select number, rank from nearest where rank is not null
      ) as either group by number
    )
    select number, id, document_id, path, title, media_type, url, heading_path, text, description, version, language, ordinal,
      span_start as start,
      span_end as end, meaning_rank, nearness, exists (
        select from embedded_passages as done where done.set_id = ${set} and done.number = ranked.number
      ) as embedded
    from (
      select passages.number, passages.id, passages.document_id, documents.path, documents.title, documents.media_type,
        case when passages.ordinal = 0 then documents.description end as description,
        documents.version, documents.language, passages.ordinal,
        coalesce(passages.url, documents.url) as url, passages.heading_path, passages.text,
        passages.span_start, passages.span_end, wanted.place, nearest.rank as meaning_rank, nearest.nearness,
        sum(octet_length(passages.text) + octet_length(passages.heading_path::text)
          + octet_length(documents.path) + octet_length(documents.title)
          + coalesce(octet_length(documents.description), 0)
          + 2 * coalesce(octet_length(passages.url), 0) + 210) over (order by wanted.place, wanted.number) as bytes
      from wanted
      join passages on passages.number = wanted.number
      join documents on documents.id = passages.document_id
        and documents.revision = passages.revision
      left join lateral (
        select min(rank) as rank, max(nearness) as nearness from nearest
        where nearest.number = passages.number and (nearest.id is null or nearest.id = passages.id)
      ) as nearest on true
    ) as ranked
    where bytes <= ${budget} order by place, number`,
  ]);
  return rows;
}
