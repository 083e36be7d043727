import type { WeightedTerm } from "./candidates.ts";
import { saturated } from "./postings.ts";
import { normalise, visitTerms } from "./terms.ts";

/** How well one text answers a question. */
export interface Relevance {
  /** 0 to 1; above all for the order. */
  readonly score: number;
  /** The share of the question's information that the text covers at all, 0 to 1. */
  readonly coverage: number;
  /** The features of the question that the text has. */
  readonly matched: ReadonlySet<number>;
}

/** What the best sentence counts beside the whole passage. */
const sentenceShare = 0.6;

const sentenceEnd = /(?<=[.!?؟।。！？…]["'”’»)\]]*)\s+|(?<=[。！？])|\n+/u;

/**
 * Scores a candidate by its text: BM25 over every term of the question, those included whose posting
 * lists were too long to fetch, and the share of the question that its best single sentence covers,
 * since a passage about the question's subject is not yet one that answers it.
 *
 * `heading` is searched with the text but belongs to no sentence.
 */
export function relevance(
  heading: string,
  text: string,
  terms: readonly WeightedTerm[],
  averageLength: number,
): Relevance {
  const information = new Map(terms.map((term) => [term.feature, term.information]));
  const asked = sumOver(information.keys(), information);
  if (asked === 0) return { score: 0, coverage: 0, matched: new Set() };

  const counts = new Map<number, number>();
  let length = 0;
  let best = 0;
  for (const sentence of [heading, ...text.split(sentenceEnd)]) {
    const seen = new Set<number>();
    visitTerms(normalise(sentence), (feature) => {
      length += 1;
      if (!information.has(feature)) return;
      seen.add(feature);
      counts.set(feature, (counts.get(feature) ?? 0) + 1);
    });
    if (sentence !== heading) best = Math.max(best, sumOver(seen, information));
  }
  const matched = new Set(counts.keys());
  let whole = 0;
  for (const [feature, count] of counts) {
    whole += (information.get(feature) ?? 0) * saturated(count, length, averageLength);
  }
  return {
    score: (whole + (sentenceShare / 2) * best) / ((1 + sentenceShare / 2) * asked),
    coverage: sumOver(matched, information) / asked,
    matched,
  };
}

function sumOver(features: Iterable<number>, information: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const feature of features) sum += information.get(feature) ?? 0;
  return sum;
}
