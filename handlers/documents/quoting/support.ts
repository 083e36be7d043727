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

/** When a text that has only the beginning of a word has another form of it, and what that counts. */
interface Inflection {
  /** Letters of the beginning, at least. */
  readonly stem: number;
  /** Letters of the ending, at most. */
  readonly ending: number;
  readonly share: number;
}

const inHeading: Inflection = { stem: 4, ending: 2, share: 0.75 };
/** In a longer text the beginnings of unrelated words would be taken for relatives. */
const inBlock: Inflection = { stem: 5, ending: 3, share: 0.6 };

/** Whether a text has all but the ending of a word: "testen" and "tests" for "teste". */
function isInflected(
  features: ReadonlySet<number>,
  { text, grams }: AskedWord,
  { stem, ending }: Inflection,
): boolean {
  const missing = grams.findIndex((gram) => !features.has(gram));
  // The first 4-gram is padded: with n of them the first n + 2 letters are there.
  const found = missing === -1 ? text.length : missing + 2;
  return missing !== 0 && found >= stem && text.length - found <= ending;
}

function hasInflected(
  features: ReadonlySet<number>,
  word: AskedWord,
  inflection: Inflection,
): number {
  const share = hasWord(features, word);
  return isInflected(features, word, inflection) ? Math.max(share, inflection.share) : share;
}

/** How far a heading has a word: another ending counts nearly as the word itself. */
export function headingHasWord(features: ReadonlySet<number>, word: AskedWord): number {
  return hasInflected(features, word, inHeading);
}

/** How far a block has a word: "limits" has something of "limiting". */
export function blockHasWord(features: ReadonlySet<number>, word: AskedWord): number {
  return hasInflected(features, word, inBlock);
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
