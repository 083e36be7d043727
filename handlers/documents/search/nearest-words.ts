import { functionWordsOf, languageOf } from "../../lib/language.ts";
import { normalise, wordFeature } from "../index/terms.ts";

/** Shorter words have too many neighbours: of them, only an exchange of two letters is taken for a slip. */
const shortestChanged = 5;
const shortestSwapped = 4;
/** From this length on, two changes still leave most of the word. */
const shortestTwiceChanged = 9;

const word = /[\p{L}\p{M}\p{N}]+/gu;
/** What is no word of an alphabet: digits, and scripts that write words without spaces. */
const unspelt =
  /[\p{N}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

/**
 * The question with each word that the collection does not have replaced by the nearest word of the texts, if
 * one is near enough to be meant: one change (two in a long word) of a letter other than the first, or two
 * neighbouring letters exchanged (Damerau's edits). Among equally near words, the one in most texts is taken.
 *
 * @param isKnown whether the collection has the word of a feature
 * @param texts the candidates' texts with their headings
 */
export function correctWords(
  question: string,
  isKnown: (feature: number) => boolean,
  texts: readonly string[],
): string {
  const stops = functionWordsOf(languageOf(question));
  const isUnknown = (text: string) =>
    text.length >= shortestSwapped &&
    !unspelt.test(text) &&
    !stops.has(text) &&
    !isKnown(wordFeature(text));
  const asked = question.normalize("NFKC");
  if (![...asked.matchAll(word)].some(([each]) => isUnknown(normalise(each)))) return question;
  const vocabulary = countWords(texts);
  // What is not replaced stays as it was written.
  return asked.replaceAll(word, (written) => {
    const text = normalise(written);
    return isUnknown(text) ? (nearestWord(text, vocabulary, stops) ?? written) : written;
  });
}

/** How many of the texts have each word. */
function countWords(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const found of new Set(normalise(text).match(word))) {
      counts.set(found, (counts.get(found) ?? 0) + 1);
    }
  }
  return counts;
}

function nearestWord(
  text: string,
  vocabulary: ReadonlyMap<string, number>,
  stops: ReadonlySet<string>,
): string | undefined {
  let best: { word: string; edits: number; count: number } | undefined;
  for (const [other, count] of vocabulary) {
    if (Math.abs(other.length - text.length) > 2 || stops.has(other)) continue;
    const edits = isMeant(text, other);
    if (edits === undefined) continue;
    if (!best || edits < best.edits || (edits === best.edits && count > best.count)) {
      best = { word: other, edits, count };
    }
  }
  return best?.word;
}

/** The number of edits from a word to another, where they are few enough to be a slip. */
function isMeant(text: string, other: string): number | undefined {
  if (isSwapped(text, other)) return 1;
  if (text.length < shortestChanged || text[0] !== other[0]) return undefined;
  const edits = editsBetween(text, other);
  return edits <= (text.length < shortestTwiceChanged ? 1 : 2) ? edits : undefined;
}

/** Whether two words differ by the exchange of two neighbouring letters. */
function isSwapped(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return (
    one[at] === other[at + 1] &&
    one[at + 1] === other[at] &&
    one.slice(at + 2) === other.slice(at + 2)
  );
}

/** Damerau and Levenshtein's distance, where no letter is edited twice (optimal string alignment). */
function editsBetween(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const swaps = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && swaps) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      next.push(least);
    }
    before = last;
    last = next;
  }
  return last[other.length] ?? 0;
}
