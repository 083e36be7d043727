import type { AskedScope } from "../../contract/asked-scope.ts";
import type { Database } from "../../ports/database.ts";
import type { TraceSpan } from "../../ports/tracer.ts";
import { chooseCandidates, type WeightedTerm } from "./candidates.ts";
import { correctTerms } from "./correct-terms.ts";
import { coreOf } from "./asking-part.ts";
import { embeddedText, preferCited, searchedTerms, type SearchContext } from "./context.ts";
import type { MediaType } from "../../ports/document-source.ts";
import { certaintyOf, createEmbedderTrust, scriptOf } from "./embedder-trust.ts";
import { fuseScores } from "./rank-fusion.ts";
import type { SemanticSearch, MissedService } from "../semantic/semantic-search.ts";
import { usualLength } from "../index/postings.ts";
import { addPageScores } from "./page-scores.ts";
import type { CandidateText } from "./candidate-profile.ts";
import { rankCandidates, type Relevance } from "./rank.ts";
import { readableText } from "../parsing/readable-text.ts";
import { inScope } from "./scope.ts";
import { foreignRow, readBest, wordsAlone } from "./read-texts.ts";
import { createLibraryReader, postingBytes, type FusedRow, type LibraryReader } from "./store.ts";

/** A passage that was found, with the fields of a citation. */
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
  /** 0 to 1; only the order within one search has a meaning. */
  readonly score: number;
  /**
   * The share of the question's information that the passage has in its text or headings, 0 to 1, where a
   * term counts by its rarity in the collection. It does not depend on the other passages found.
   */
  readonly coverage: number;
  /**
   * The cosine of the passage's vector to the question's, at most 1; undefined where no embedder answered, or
   * where it is not known. The usual range depends on the embedder.
   */
  readonly nearness: number | undefined;
}

/** How a search found its passages. */
export interface SearchExplanation {
  readonly terms: readonly {
    readonly text: string;
    /** Weight × inverse passage frequency. */
    readonly information: number;
    readonly passages: number;
    /** False where the posting list was not read: the term then counts in ranking the candidates only. */
    readonly read: boolean;
  }[];
  readonly candidates: number;
  readonly round_trips: number;
  /** Bytes read from the database, on the wire. */
  readonly bytes: number;
  /** For each passage found, the texts of the terms it matches. */
  readonly matched: readonly (readonly string[])[];
}

export interface SearchResult {
  readonly passages: readonly FoundPassage[];
  /** The question that passages were ranked for: the part that asks, with misspelt words corrected. */
  readonly asked: string;
  /** The question's terms, weighted by their rarity in this collection. */
  readonly terms: readonly WeightedTerm[];
  /** Passages in the whole index. */
  readonly size: number;
  /** The services that did not answer. */
  readonly degraded: readonly MissedService[];
  readonly explanation?: SearchExplanation;
}

export interface SearchOptions {
  /** The most passages to return. */
  readonly limit: number;
  /** The version and language asked for. */
  readonly scope?: AskedScope | undefined;
  /** The conversation that the question refers to, if it is a follow-up. */
  readonly context?: SearchContext | undefined;
  readonly span?: TraceSpan | undefined;
  /** Read instead of the database. */
  readonly library?: LibraryReader | undefined;
  /** Whether to return an explanation. */
  readonly explain?: boolean;
}

export type Search = (query: string, options: SearchOptions) => Promise<SearchResult>;

/** The most terms of a question that are searched. */
const termLimit = 256;
/** The number of passages whose texts are ranked. */
const candidateLimit = 40;
/** Where fewer of them are still there, worse ones take the places of the others. */
const leastLimit = 20;
/** The most bytes of posting lists that are read; on the wire they take a third more. */
const postingBudget = 64 * 1024;

/**
 * Creates the search over all ingested documents, in two round trips: by words and character grams, and with `meaning`
 * also by vectors. The embedder is called during the first round trip; vectors are compared in the second. The search
 * throws PortFailure.
 *
 * @param onUnembedded called when passages without vectors are found
 */
export function createSearch(
  database: Database,
  meaning?: SemanticSearch,
  onUnembedded: () => void = () => undefined,
): Search {
  const trust = createEmbedderTrust();
  return async (
    query,
    { limit, scope, context, span, library = createLibraryReader(database), explain = false },
  ) => {
    const terms = searchedTerms(query, context, termLimit);
    const finding = meaning?.find(embeddedText(query, context), terms, span);
    const features = terms.map((term) => term.feature);
    const rows = terms.length === 0 ? [] : await library.readPostings(features, postingBudget);
    const nearness = (await finding) ?? wordsAlone;
    const [statistics] = rows;
    const size = statistics?.passages ?? 0;

    const { best: bestNumbers, weighted } = chooseCandidates(terms, rows, size);
    const wanted = { most: Math.max(limit, candidateLimit), least: Math.max(limit, leastLimit) };
    const read = await readBest(database, library, { numbers: bestNumbers, ...wanted }, nearness);
    const isStoreOut = nearness.degraded.includes("vector_store");
    if (isStoreOut || read.rows.some(({ embedded }) => !embedded)) onUnembedded();
    const texts = [...inScope(read.rows, query, scope), ...nearness.foreign.map(foreignRow)];
    const averageLength = statistics ? statistics.terms / statistics.passages : usualLength;
    const readable = texts.map((row) => ({
      row,
      title: row.title,
      headingPath: row.heading_path,
      description: row.description,
      text: readableText(row.text, row.media_type),
      opens: row.ordinal === 0 ? row.path : undefined,
    }));
    const asked = correctTerms(
      { text: coreOf(query), terms: weighted },
      readable.map(({ title, headingPath, text }) => [title, ...headingPath, text].join("\n")),
      size,
    );
    const byWords = withPages(
      rankCandidates(asked.text, asked.terms, readable, averageLength, size),
    );
    const [best, second] = byWords;
    const trusted = trust.learn(scriptOf(query), {
      certainty: best?.candidate.row.embedded === true ? certaintyOf(best, second) : 0,
      rank: best?.candidate.row.meaning_rank ?? null,
      passages: size,
    });
    const ranked = preferCited(fuse(byWords, trusted), context).slice(0, limit);

    const result = {
      passages: ranked.map(foundPassage),
      asked: asked.text,
      terms: asked.terms,
      size,
      degraded: read.degraded,
    };
    if (!explain) return result;
    return {
      ...result,
      explanation: {
        terms: asked.terms.map(shown),
        candidates: texts.length,
        round_trips: (terms.length === 0 ? 0 : 1) + read.roundTrips,
        bytes: postingBytes(rows) + read.bytes(),
        matched: ranked.map(({ matched }) =>
          asked.terms.filter((term) => matched.has(term.feature)).map((term) => term.text),
        ),
      },
    };
  };
}

/** A candidate ranked by words, with its nearness. */
interface Ranked extends Relevance<CandidateText & { readonly row: FusedRow }> {
  readonly nearness?: number | undefined;
}

/** Ranks by words and meaning where an embedder answered, else by words. */
function fuse(byWords: readonly Ranked[], trust: number): readonly Ranked[] {
  if (byWords.every(({ candidate }) => candidate.row.nearness === null)) return byWords;
  const known = byWords.map((each) => ({
    ...each,
    nearness: each.candidate.row.nearness ?? undefined,
  }));
  return withScores(known, fuseScores(known, trust));
}

function withPages(ranked: readonly Ranked[]): Ranked[] {
  const placed = ranked.map(({ candidate, score }) => ({ page: candidate.row.document_id, score }));
  return withScores(ranked, addPageScores(placed));
}

/** Sorts by the scores given, the best first; equal ones keep their order. */
function withScores(ranked: readonly Ranked[], scores: readonly number[]): Ranked[] {
  return ranked
    .map((each, index) => ({ ...each, score: scores[index] ?? 0 }))
    .sort((one, other) => other.score - one.score);
}

function foundPassage({ candidate, score, coverage, nearness }: Ranked): FoundPassage {
  const { row } = candidate;
  const { id, document_id, path, title, url, heading_path, media_type, text, start, end } = row;
  const place = { id, document_id, path, title, url, heading_path, media_type, text, start, end };
  return { ...place, score, coverage, nearness };
}

function shown({ text, information, passages, read }: WeightedTerm) {
  return { text, information, passages, read };
}
