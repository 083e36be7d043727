import { fromBase64 } from "./base64.ts";
import { decodePostings, impactWeight, passageOf } from "./postings.ts";
import type { Term } from "./terms.ts";

/** What the index knows of one of the question's terms; `postings`, as base64, is empty where they were too many. */
export interface FoundTerm {
  readonly feature: number;
  readonly whole: boolean;
  readonly size: number;
  readonly postings: string;
}

/** A term of the question with what its presence says in this collection (BM25's inverse document frequency). */
export interface WeightedTerm extends Term {
  readonly information: number;
  /** Passages that have it; an estimate where the list was left out. */
  readonly passages: number;
  readonly read: boolean;
}

export interface Candidate {
  readonly number: number;
  /** BM25 over the lists that were read, comparable only within one search. */
  readonly score: number;
}

/**
 * Scores every passage that the posting lists name, and returns the best `limit` of them with the
 * weight that each term of the question carries.
 */
export function chooseCandidates(
  terms: readonly Term[],
  found: readonly FoundTerm[],
  passages: number,
  limit: number,
): { candidates: Candidate[]; weighted: WeightedTerm[] } {
  const rows = new Map(found.map((row) => [row.feature, row]));
  const scores = new Map<number, number>();
  const weighted: WeightedTerm[] = [];
  for (const term of terms) {
    const row = rows.get(term.feature);
    const numbers: number[] = [];
    if (row?.whole === true)
      decodePostings(fromBase64(row.postings), (value) => numbers.push(value));
    // A list that was left out is a long one, where a posting takes little more than a byte.
    const having = row?.whole === false ? Math.min(passages, row.size) : numbers.length;
    const information = term.weight * inverseFrequency(having, passages);
    for (const value of numbers) {
      const number = passageOf(value);
      scores.set(number, (scores.get(number) ?? 0) + information * impactWeight(value));
    }
    weighted.push({ ...term, information, passages: having, read: row?.whole === true });
  }
  return { candidates: best(scores, limit), weighted };
}

/** How surprising it is to meet what `having` of `passages` have: 0 when nearly all do. */
function inverseFrequency(having: number, passages: number): number {
  return Math.log(1 + (Math.max(0, passages - having) + 0.5) / (having + 0.5));
}

/** The `limit` highest scores, best first; equal ones by number, so that a search repeats itself. */
function best(scores: ReadonlyMap<number, number>, limit: number): Candidate[] {
  const kept: Candidate[] = [];
  let bar = 0;
  for (const [number, score] of scores) {
    if (kept.length >= limit && score < bar) continue;
    kept.push({ number, score });
    if (kept.length >= limit * 4) {
      kept.sort(byScore).length = limit;
      bar = kept.at(-1)?.score ?? 0;
    }
  }
  return kept.sort(byScore).slice(0, limit);
}

function byScore(one: Candidate, other: Candidate): number {
  return other.score - one.score || one.number - other.number;
}
