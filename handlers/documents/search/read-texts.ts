import type { Database } from "../../ports/database.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { ForeignPassage } from "../../ports/vector-store.ts";
import { replaceUnstorable } from "../../lib/text.ts";
import type { MissedService, Nearness } from "../semantic/semantic-search.ts";
import { readFused } from "./store.ts";
import type { CandidateRow, FusedRow, LibraryReader } from "./store.ts";

/** The most bytes of candidates' texts that are read. */
const textBudget = 112 * 1024;

/** The nearness where no embedder answers. */
export const wordsAlone: Nearness = { own: undefined, foreign: [], degraded: [] };

interface ReadTexts {
  readonly rows: readonly FusedRow[];
  readonly degraded: readonly MissedService[];
  readonly roundTrips: number;
  /** The size of the rows on the wire. */
  readonly bytes: () => number;
}

/** Reads the texts of the candidates and of the nearest passages, in one round trip at most, two if vectors are gone. */
export async function readTexts(
  database: Database,
  library: LibraryReader,
  numbers: readonly number[],
  { own, degraded }: Nearness,
): Promise<ReadTexts> {
  if (own !== undefined) {
    try {
      const nearest = own.nearest(numbers);
      const rows = await readFused(database, numbers, { set: own.set, nearest }, textBudget);
      return { rows, degraded, roundTrips: 1, bytes: () => wireSize(rows) };
    } catch (error) {
      // The vectors were removed in the meantime: the search goes on by words alone.
      if (!(error instanceof PortFailure) || error.code !== "invalid") throw error;
      const without = await readTexts(database, library, numbers, { ...wordsAlone, degraded });
      return { ...without, degraded: [...degraded, "vector_store"], roundTrips: 2 };
    }
  }
  if (numbers.length === 0) return { rows: [], degraded, roundTrips: 0, bytes: () => 0 };
  const rows = await library.readCandidates(numbers, textBudget);
  return {
    rows: rows.map((row) => ({ ...row, meaning_rank: null, nearness: null, embedded: true })),
    degraded,
    roundTrips: 1,
    bytes: () => wireSize(rows),
  };
}

function wireSize(rows: readonly CandidateRow[]): number {
  const encoder = new TextEncoder();
  return rows.reduce((sum, row) => sum + encoder.encode(JSON.stringify(row)).length, 0);
}

/** A passage of a foreign collection as a candidate. */
export function foreignRow(passage: ForeignPassage, index: number): FusedRow {
  const { id, url } = passage;
  const [path = "", title = "", text = "", ...headings] = [
    passage.path,
    passage.title,
    passage.text,
    ...passage.headingPath,
  ].map(replaceUnstorable);
  return {
    number: 0,
    id,
    document_id: path === "" ? id : path,
    path,
    title,
    media_type: "text/markdown",
    url,
    heading_path: headings,
    text,
    description: null,
    version: null,
    language: null,
    ordinal: 1,
    start: 0,
    end: text.length,
    meaning_rank: index + 1,
    nearness: passage.nearness,
    embedded: true,
  };
}
