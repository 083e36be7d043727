import { inverseFrequency } from "../index/bm25.ts";
import { decodePostings, impactWeight, passageOf } from "../index/postings.ts";
import type { Term } from "../index/terms.ts";

/** The index entry of one of the question's terms; `postings` is empty where the list was too long. */
export interface FoundTerm {
  readonly feature: number;
  readonly whole: boolean;
  readonly size: number;
  readonly postings: Uint8Array;
}

/** A term of the question, weighted by its rarity in this collection (BM25's inverse document frequency). */
export interface WeightedTerm extends Term {
  readonly information: number;
  /** The number of passages with the term; an estimate where its list was not read. */
  readonly passages: number;
  readonly read: boolean;
}

interface Candidate {
  readonly number: number;
  /** BM25 over the lists that were read; comparable only within one search. */
  readonly score: number;
}

const nothing = new Uint8Array(0);

/** Rarity is computed as if a collection had at least 30 passages: in fewer, rarity says little. */
export const smallestCollection = 30;

/**
 * Scores every passage in the posting lists. Returns the question's terms with their information, and what gives the
 * numbers of the best `limit` passages, the best first.
 */
export function chooseCandidates(
  terms: readonly Term[],
  found: readonly FoundTerm[],
  passages: number,
): { best: (limit: number) => number[]; weighted: WeightedTerm[] } {
  const rows = new Map(found.map((row) => [row.feature, row]));
  const scores = new Scores();
  const weighted: WeightedTerm[] = [];
  let decoded = new Int32Array(0);
  for (const term of terms) {
    const row = rows.get(term.feature);
    const bytes = row?.postings ?? nothing;
    if (decoded.length < bytes.length) decoded = new Int32Array(bytes.length);
    const count = decodePostings(bytes, decoded);
    // A list that was not read is a long one; there a posting takes little more than one byte.
    const having = row?.whole === false ? Math.min(passages, row.size) : count;
    const rarity = inverseFrequency(having, Math.max(passages, smallestCollection));
    const information = term.weight * rarity;
    for (let index = 0; index < count; index++) {
      const value = decoded[index] ?? 0;
      scores.add(passageOf(value), information * impactWeight(value));
    }
    weighted.push({ ...term, information, passages: having, read: row?.whole === true });
  }
  return { best: (limit) => scores.best(limit).map(({ number }) => number), weighted };
}

const pageBits = 10;
const pageSize = 2 ** pageBits;

/** Sums of scores by passage number. Numbers are close together, but they start anywhere and have gaps. */
class Scores {
  readonly #pages = new Map<number, Float64Array>();
  #lastKey = -1;
  #lastPage: Float64Array = new Float64Array(0);

  add(number: number, score: number): void {
    const key = number >>> pageBits;
    if (key !== this.#lastKey) {
      let page = this.#pages.get(key);
      if (page === undefined) {
        page = new Float64Array(pageSize);
        this.#pages.set(key, page);
      }
      this.#lastKey = key;
      this.#lastPage = page;
    }
    const place = number & (pageSize - 1);
    this.#lastPage[place] = (this.#lastPage[place] ?? 0) + score;
  }

  /** The `limit` highest sums, the best first; equal sums by number, so that equal searches have equal results. */
  best(limit: number): Candidate[] {
    let kept: Candidate[] = [];
    let bar = 0;
    for (const [key, page] of this.#pages) {
      for (let place = 0; place < pageSize; place++) {
        const score = page[place] ?? 0;
        if (score === 0 || score < bar) continue;
        kept.push({ number: key * pageSize + place, score });
        if (kept.length < limit * 4) continue;
        kept = kept.sort(byScore).slice(0, limit);
        bar = kept.at(-1)?.score ?? 0;
      }
    }
    return kept.sort(byScore).slice(0, limit);
  }
}

function byScore(one: Candidate, other: Candidate): number {
  return other.score - one.score || one.number - other.number;
}
