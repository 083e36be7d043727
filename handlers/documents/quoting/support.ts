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

/** What a word counts of which only the ending is another. */
const inflectedShare = 0.75;
/** Letters that a stem has at least, and that the ending of a word has at most. */
const shortestStem = 4;
const longestEnding = 2;

/** Whether a text has all but the ending of a word: "testen" and "tests" for "teste". */
function isInflected(features: ReadonlySet<number>, { text, grams }: AskedWord): boolean {
  const missing = grams.findIndex((gram) => !features.has(gram));
  // The first 4-gram is padded: with n of them the first n + 2 letters are there.
  const stem = missing === -1 ? text.length : missing + 2;
  return missing !== 0 && stem >= shortestStem && text.length - stem <= longestEnding;
}

/**
 * How far a heading has a word: another ending counts nearly as the word itself. In a longer text
 * the beginnings of unrelated words would be taken for relatives.
 */
export function headingHasWord(features: ReadonlySet<number>, word: AskedWord): number {
  const share = hasWord(features, word);
  return isInflected(features, word) ? Math.max(share, inflectedShare) : share;
}

/** The share of what is asked that a text has, 0 to 1, by the weight of the words. */
export function supportOf(
  features: ReadonlySet<number>,
  asked: Asked,
  has: (features: ReadonlySet<number>, word: AskedWord) => number = hasWord,
): number {
  if (asked.weight === 0) return 0;
  const found = asked.words.reduce((sum, word) => sum + word.weight * has(features, word), 0);
  return found / asked.weight;
}
