import type { Database } from "../ports/database.ts";
import { chooseCandidates, type WeightedTerm } from "./candidates.ts";
import type { MediaType } from "./document.ts";
import { rankCandidates } from "./rank.ts";
import { readableText } from "./readable-text.ts";
import { headingText } from "./heading-text.ts";
import { readCandidates, readPostings, type CandidateRow } from "./store-search.ts";
import { questionTerms } from "./terms.ts";

/** A passage that was found, with what a citation needs. */
export interface FoundPassage {
  readonly id: string;
  readonly document_id: string;
  readonly path: string;
  readonly title: string;
  readonly url: string | null;
  readonly heading_path: readonly string[];
  readonly media_type: MediaType;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** 0 to 1; above all for the order. */
  readonly score: number;
  /** The share of the question's information that the passage covers, 0 to 1: low when the documents do not say. */
  readonly coverage: number;
}

/** Why a search found what it found. */
export interface SearchExplanation {
  readonly terms: readonly {
    readonly text: string;
    /** Weight × inverse passage frequency. */
    readonly information: number;
    readonly passages: number;
    /** False where the list was too long to fetch and counted in the ranking of the candidates only. */
    readonly read: boolean;
  }[];
  readonly candidates: number;
  readonly round_trips: number;
  /** Taken out of the database, on the wire. */
  readonly bytes: number;
  /** For each passage found, its matched terms' texts. */
  readonly matched: readonly (readonly string[])[];
}

export interface SearchResult {
  readonly passages: readonly FoundPassage[];
  /** The question's terms with what each says in this collection. */
  readonly terms: readonly WeightedTerm[];
  readonly explanation?: SearchExplanation;
}

export interface SearchOptions {
  /** How many passages at most. */
  readonly limit: number;
  /** Whether to say why. */
  readonly explain?: boolean;
}

export type Search = (query: string, options: SearchOptions) => Promise<SearchResult>;

/** A question longer than this is searched by its beginning. */
const termLimit = 256;
/** So many passages' texts are looked at before the best are returned. */
const candidateLimit = 40;
/** Bytes of posting lists; on the wire they are a third more. */
const postingBudget = 64 * 1024;
/** Bytes of the candidates' texts. */
const textBudget = 112 * 1024;

/**
 * Makes the search over everything ingested: by words and character grams, without a model, in two
 * round trips. Throws PortFailure.
 */
export function createSearch(database: Database): Search {
  return async (query, { limit, explain = false }) => {
    const terms = questionTerms(query, termLimit);
    if (terms.length === 0) return nothing([], 0, 0, explain);
    const features = terms.map((term) => term.feature);
    const rows = await readPostings(database, features, postingBudget);
    const [statistics] = rows;
    const bytes = rows.reduce((sum, row) => sum + row.postings.length + 40, 0);
    if (statistics === undefined) return nothing([], 1, bytes, explain);

    const { candidates, weighted } = chooseCandidates(
      terms,
      rows,
      statistics.passages,
      Math.max(limit, candidateLimit),
    );
    const numbers = candidates.map((candidate) => candidate.number);
    if (numbers.length === 0) return nothing(weighted, 1, bytes, explain);
    const texts = await readCandidates(database, numbers, textBudget);
    const averageLength = statistics.terms / statistics.passages;
    const readable = texts.map((row) => ({
      row,
      heading: headingText(row.title, row.heading_path),
      text: readableText(row.text, row.media_type),
    }));
    const ranked = rankCandidates(query, weighted, readable, averageLength).slice(0, limit);

    const passages = ranked.map(({ candidate, score, coverage }) =>
      foundPassage(candidate.row, score, coverage),
    );
    if (!explain) return { passages, terms: weighted };
    return {
      passages,
      terms: weighted,
      explanation: {
        terms: weighted.map(shown),
        candidates: texts.length,
        round_trips: 2,
        bytes: texts.reduce((sum, row) => sum + wireSize(row), bytes),
        matched: ranked.map(({ matched }) =>
          weighted.filter((term) => matched.has(term.feature)).map((term) => term.text),
        ),
      },
    };
  };
}

function foundPassage(row: CandidateRow, score: number, coverage: number): FoundPassage {
  const { id, document_id, path, title, url, heading_path, media_type, text, start, end } = row;
  const place = { id, document_id, path, title, url, heading_path, media_type, text, start, end };
  return { ...place, score, coverage };
}

function nothing(
  weighted: readonly WeightedTerm[],
  roundTrips: number,
  bytes: number,
  explain: boolean,
): SearchResult {
  if (!explain) return { passages: [], terms: weighted };
  return {
    passages: [],
    terms: weighted,
    explanation: {
      terms: weighted.map(shown),
      candidates: 0,
      round_trips: roundTrips,
      bytes,
      matched: [],
    },
  };
}

function shown({ text, information, passages, read }: WeightedTerm) {
  return { text, information, passages, read };
}

function wireSize(row: CandidateRow): number {
  return new TextEncoder().encode(JSON.stringify(row)).length;
}
