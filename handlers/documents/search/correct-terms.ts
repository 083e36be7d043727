import { inverseFrequency } from "../index/bm25.ts";
import { normalise, visitTerms } from "../index/terms.ts";
import { smallestCollection, type WeightedTerm } from "./candidates.ts";
import { correctWords } from "./nearest-words.ts";
import { weighQuestion } from "./question-terms.ts";

/** A question and its terms, as candidates are ranked with them. */
export interface RankedQuestion {
  readonly text: string;
  readonly terms: readonly WeightedTerm[];
}

/**
 * Replaces each word that no passage has by the nearest word of the candidates, and its terms by that word's terms. The
 * number of passages with a new term is counted among the candidates, because reading further posting lists would take
 * another round trip.
 *
 * @param texts the candidates' texts with their headings
 * @param passages in the collection
 */
export function correctTerms(
  { text, terms }: RankedQuestion,
  texts: readonly string[],
  passages: number,
): RankedQuestion {
  const unknown = new Set(terms.flatMap((term) => (term.passages === 0 ? term.feature : [])));
  const corrected = correctWords(text, (feature) => !unknown.has(feature), texts);
  if (corrected === text) return { text, terms };
  const before = new Set(weighQuestion(text, terms.length).map(({ feature }) => feature));
  const after = weighQuestion(corrected, terms.length);
  const kept = new Set(after.map(({ feature }) => feature));
  const known = new Set(terms.map(({ feature }) => feature));
  const added = after.filter(({ feature }) => !known.has(feature));
  const having = countHaving(new Set(added.map(({ feature }) => feature)), texts);
  return {
    text: corrected,
    terms: [
      ...terms.filter(({ feature }) => kept.has(feature) || !before.has(feature)),
      ...added.map((term) => {
        const count = having.get(term.feature) ?? 0;
        const rarity = inverseFrequency(count, Math.max(passages, smallestCollection));
        return { ...term, information: term.weight * rarity, passages: count, read: false };
      }),
    ],
  };
}

/** The number of texts with each feature. */
function countHaving(
  features: ReadonlySet<number>,
  texts: readonly string[],
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const text of texts) {
    const found = new Set<number>();
    visitTerms(normalise(text), (feature) => {
      if (features.has(feature)) found.add(feature);
    });
    for (const feature of found) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  }
  return counts;
}
