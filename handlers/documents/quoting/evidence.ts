import { inverseFrequency } from "../index/bm25.ts";
import type { Asked, AskedWord } from "./question.ts";
import { hasWord, headingHasWord, supportOf } from "./support.ts";

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

/** How much it counts that a passage stands out in meaning: more than usual is for it, less only a little against it. */
const meaningShare = 2.5;
export const usualContrast = 0.2;
const leastMeaning = -0.15;

/** From the nearness of fewer passages nothing can be told. */
const fewestKnown = 5;

/** A passage as it is judged. */
export interface Evidence {
  /** How far it stands out in meaning from what else was found, 0 to 1; undefined where no embedder answered. */
  readonly contrast: number | undefined;
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
  const amount = 1 + (amountShare * weight) / rarest;
  return passages.some(({ whole, heading, contrast }) => {
    const hasHere = (features: ReadonlySet<number>, word: AskedWord) =>
      Math.max(hasWord(features, word), headingHasWord(heading, word));
    const byWords = supportOf(whole, asked, hasHere) * amount;
    return byWords + meaningOf(contrast) >= leastEvidence;
  });
}

function meaningOf(contrast: number | undefined): number {
  if (contrast === undefined) return 0;
  return Math.max(leastMeaning, meaningShare * (contrast - usualContrast));
}

/** A low one of the cosines of everything found: what is near by chance depends on the embedder and the subject. */
export function backgroundNearness(found: readonly (number | undefined)[]): number | undefined {
  const known = found.filter((each) => each !== undefined).sort((one, other) => one - other);
  return known.length < fewestKnown ? undefined : known[Math.floor(known.length / 10)];
}
