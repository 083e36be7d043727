import type { Database } from "../../ports/database.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { ForeignPassage } from "../../ports/vector-store.ts";
import { replaceUnstorable } from "../../lib/text.ts";
import type { MissedService, Nearness } from "../semantic/semantic-search.ts";
import { readFused } from "./store.ts";
import type { CandidateRow, FusedRow, LibraryReader } from "./store.ts";

/** The most bytes of candidates' texts that are read. */
const textBudget = 112 * 1024;
/** From here on, the next text may have been left out for want of room. */
const fullBytes = textBudget * 0.75;

/** The nearness where no embedder answers. */
export const wordsAlone: Nearness = { own: undefined, foreign: [], degraded: [] };

/** The passages whose texts a search reads. */
interface Wanted {
  /** The numbers of the best passages by words. */
  readonly numbers: (limit: number) => readonly number[];
  readonly most: number;
  /** The fewest that will do where there are more. */
  readonly least: number;
}

/** How much further each look goes for passages that are still there. */
const reach = 8;

interface ReadTexts {
  readonly rows: readonly FusedRow[];
  readonly degraded: readonly MissedService[];
  readonly roundTrips: number;
  /** The size of the rows on the wire. */
  readonly bytes: () => number;
}

/**
 * Reads the texts of the best candidates and of the nearest passages. The index has passages of replaced and removed
 * documents until segments are merged: where they crowd out the others, this looks further, in more round trips.
 */
export async function readBest(
  database: Database,
  library: LibraryReader,
  { numbers, most, least }: Wanted,
  nearness: Nearness,
): Promise<ReadTexts> {
  const first = numbers(most);
  const read = await readTexts(database, library, first, nearness);
  const wanted = new Set(first);
  const found = read.rows.filter(({ number }) => wanted.has(number)).length;
  // Long texts leave no room for more of them, however many are there.
  if (found >= least || first.length < most || read.bytes() > fullBytes) return read;
  for (let [looks, limit] = [1, most * reach]; ; looks += 1, limit *= reach) {
    const further = numbers(limit);
    const rows = await library.readCandidates(further, textBudget);
    if (rows.length < least && further.length === limit) continue;
    const there = rows.slice(0, most).map(({ number }) => number);
    const again = await readTexts(database, library, there, nearness);
    return {
      ...again,
      roundTrips: read.roundTrips + looks + again.roundTrips,
      bytes: () => read.bytes() + wireSize(rows) + again.bytes(),
    };
  }
}

/** Reads the texts of the candidates and of the nearest passages, in one round trip at most, two if vectors are gone. */
async function readTexts(
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
    url: url === null ? null : replaceUnstorable(url),
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
