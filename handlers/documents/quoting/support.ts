import { normalise, visitTerms } from "../index/terms.ts";
import type { Asked, AskedWord } from "./question.ts";

/** What a text has of a question's features. */
export function featuresOf(text: string, { features }: Asked): Set<number> {
  const found = new Set<number>();
  visitTerms(normalise(text), (feature) => {
    if (features.has(feature)) found.add(feature);
  });
  return found;
}

/** How far a text has a word, 0 to 1: wholly, or by the share of its 4-grams, as relatives of it have. */
export function hasWord(features: ReadonlySet<number>, word: AskedWord): number {
  if (features.has(word.feature)) return 1;
  if (word.grams.length === 0) return 0;
  const found = word.grams.filter((gram) => features.has(gram)).length / word.grams.length;
  return Math.max(0, (found - 0.45) / 0.55);
}

/** The share of what is asked that a text has, 0 to 1, by the weight of the words. */
export function supportOf(features: ReadonlySet<number>, asked: Asked): number {
  if (asked.weight === 0) return 0;
  const found = asked.words.reduce((sum, word) => sum + word.weight * hasWord(features, word), 0);
  return found / asked.weight;
}
