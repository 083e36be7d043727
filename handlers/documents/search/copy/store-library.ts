import { sql } from "../../../lib/sql.ts";
import type { Database } from "../../../ports/database.ts";
import { selectCandidates, type SizedCandidate } from "../store.ts";
import { isSearched, libraryVersion } from "./store-version.ts";

/** A library's version, and what belongs to it. */
export interface LibraryFacts {
  readonly version: string;
  readonly segments: readonly { readonly id: number }[];
  /** Passages and terms in the whole index. */
  readonly passages: number;
  readonly terms: number;
}

/** @throws PortFailure */
export async function readFacts(database: Database): Promise<LibraryFacts | undefined> {
  const [row] = await database.query<LibraryFacts>(sql`
    select ${libraryVersion} as version, coalesce(sum(passages), 0)::integer as passages,
      coalesce(sum(terms), 0)::float8 as terms,
      coalesce(jsonb_agg(jsonb_build_object('id', id)), '[]') as segments
    from index_segments where ${isSearched}`);
  return row;
}

/** The passages in the whole index, told without reading the documents. @throws PortFailure */
export async function countSearched(database: Database): Promise<number> {
  const [row] = await database.query<{ passages: number }>(sql`
    select coalesce(sum(passages), 0)::integer as passages from index_segments where ${isSearched}`);
  return row?.passages ?? 0;
}

/** The next `limit` passages after a number, ascending; without those of earlier revisions. @throws PortFailure */
export function readCandidatesAfter(
  database: Database,
  number: number,
  limit: number,
): Promise<SizedCandidate[]> {
  return database.query<SizedCandidate>(sql`
    ${selectCandidates} where passages.number > ${number} order by passages.number limit ${limit}`);
}
