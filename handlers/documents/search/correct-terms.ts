import { inverseFrequency } from "../index/bm25.ts";
import { normalise, visitTerms } from "../index/terms.ts";
import { smallestCollection, type WeightedTerm } from "./candidates.ts";
import { correctWords } from "./nearest-words.ts";
import { weighQuestion } from "./question-terms.ts";

/** A question as it is ranked with. */
export interface RankedQuestion {
  readonly text: string;
  readonly terms: readonly WeightedTerm[];
}

/**
 * The question with words that no passage has replaced by the nearest words of the candidates, and its terms with
 * those of the words put in. How many passages have a new term is taken from the candidates, which
 * the rest of the misspelt word found: so no further posting list is read.
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

/** How many of the texts have each feature. */
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
