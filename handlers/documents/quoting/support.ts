import { inverseFrequency } from "../index/bm25.ts";
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
  return Math.max(0, (found - 0.3) / 0.7);
}

/** The share of what is asked that a text has, 0 to 1, by the weight of the words. */
export function supportOf(features: ReadonlySet<number>, asked: Asked): number {
  if (asked.weight === 0) return 0;
  const found = asked.words.reduce((sum, word) => sum + word.weight * hasWord(features, word), 0);
  return found / asked.weight;
}

/** What a passage needs at least: its share of what is asked, and more the less that is. */
const leastEvidence = 0.6;
/** What a word that no passage has adds where it is matched, beside the share. */
const amountShare = 0.2;
/** A name that no passage has is not spoken of, unless a relative of it is found, as "Astro's" is of "Astro". */
const leastOfName = 0.5;
/** A heading that has so much of the question is about it. */
const aboutShare = 0.6;
/** In fewer passages nothing is rare. */
const smallestCollection = 30;

/** A passage as it is judged. */
export interface Evidence {
  /** Of its headings and text. */
  readonly whole: ReadonlySet<number>;
  readonly heading: ReadonlySet<number>;
}

/**
 * Whether any of the best passages says what is asked. The share of the question that it has must be
 * large, or less so where much is asked; a name that nothing has decides against it. Calibrated on XQuAD in
 * four languages, each question asked with and without its article, in collections of 14 to 5,000 passages.
 *
 * @param size passages in the collection
 */
export function isAnswered(asked: Asked, passages: readonly Evidence[], size: number): boolean {
  const { words, weight, wanted } = asked;
  const isMissing = (word: AskedWord) =>
    word.isName &&
    word.passages === 0 &&
    passages.every(({ whole }) => hasWord(whole, word) < leastOfName);
  if (words.some(isMissing)) return false;
  // One word in a sentence of function words ("How old are you?") tells little by itself.
  const isThin = words.length === 1 && wanted === "statement";
  if (isThin && passages.every(({ heading }) => supportOf(heading, asked) < aboutShare))
    return false;
  const rarest = inverseFrequency(0, Math.max(size, smallestCollection));
  return passages.some(({ whole }) => {
    const share = supportOf(whole, asked);
    return share * (1 + (amountShare * weight) / rarest) >= leastEvidence;
  });
}
