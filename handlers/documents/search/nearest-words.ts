import { functionWordsOf, languageOf } from "../../lib/language.ts";
import { normalise, wordFeature } from "../index/terms.ts";
import { rememberByText } from "../../lib/cache.ts";

/**
 * The least length of a word for each difference. Shorter words have neighbours that are other words: "stops" and
 * "steps", "drive" and "dive".
 */
const leastLength = { swapped: 4, addedOrLeftOut: 6, replaced: 8, twice: 10 } as const;

const word = /[\p{L}\p{M}\p{N}]+/gu;
/** Digits, and letters of scripts that write words without spaces: such words are not corrected. */
const unspelt =
  /[\p{N}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

/**
 * Replaces each word of a question that the collection does not have by the nearest word of the texts. A near word
 * differs by one letter after the first (two in a long word), or by two adjacent letters exchanged anywhere.
 * Among equally near words, the word in most texts is taken; without a near word, the question's word stays. Words
 * written like names stay too: a similar name is another thing.
 *
 * @param isKnown whether the collection has the word of a feature
 * @param texts the candidates' texts with their headings
 */
export function correctWords(
  question: string,
  isKnown: (feature: number) => boolean,
  texts: readonly string[],
): string {
  const language = languageOf(question);
  const stops = functionWordsOf(language);
  const isUnknown = (written: string, at: number) => {
    const text = normalise(written);
    return (
      text.length >= leastLength.swapped &&
      !unspelt.test(text) &&
      !stops.has(text) &&
      // German writes every noun with a capital.
      (language === "de" || !isName(written, question.slice(0, at))) &&
      !isKnown(wordFeature(text))
    );
  };
  const unknown = [...question.matchAll(word)].filter(({ 0: each, index }) =>
    isUnknown(each, index),
  );
  if (unknown.length === 0) return question;
  const vocabulary = countWords(texts);
  return unknown.toReversed().reduce((corrected, { 0: written, index }) => {
    const near = nearestWord(normalise(written), vocabulary, stops) ?? written;
    return `${corrected.slice(0, index)}${near}${corrected.slice(index + written.length)}`;
  }, question);
}

/** Whether a word has a capital inside, or begins with one although it does not begin a sentence. */
function isName(written: string, before: string): boolean {
  if (/.\p{Lu}/u.test(written)) return true;
  return /^\p{Lu}/u.test(written) && /[^\s.!?؟:;¿¡"“'(]\s*$/u.test(before);
}

const wordsOf = rememberByText((text): ReadonlySet<string> => new Set(normalise(text).match(word)));

/** The number of texts with each word. */
function countWords(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const found of wordsOf(text)) {
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
  const letters = lettersIn(text);
  for (const [other, count] of vocabulary) {
    if (Math.abs(other.length - text.length) > 2 || stops.has(other)) continue;
    if (differ(letters, lettersIn(other))) continue;
    const edits = nearEdits(text, other);
    if (edits === undefined) continue;
    if (!best || edits < best.edits || (edits === best.edits && count > best.count)) {
      best = { word: other, edits, count };
    }
  }
  return best?.word;
}

/** The letters of a word as bits; several letters share one. */
function lettersIn(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at += 1) bits |= 1 << (text.charCodeAt(at) & 31);
  return bits;
}

/** Whether one word has three letters that the other has not, and so takes more than two edits. */
function differ(one: number, other: number): boolean {
  return hasThree(one & ~other) || hasThree(other & ~one);
}

function hasThree(bits: number): boolean {
  const less = bits & (bits - 1);
  return (less & (less - 1)) !== 0;
}

/** The number of edits between two words; undefined if the words are not near. */
function nearEdits(text: string, other: string): number | undefined {
  if (isSwapped(text, other)) return 1;
  const { addedOrLeftOut, replaced, twice } = leastLength;
  if (text.length < addedOrLeftOut || text[0] !== other[0]) return undefined;
  const edits = editsBetween(text, other);
  if (edits === 1)
    return text.length >= (text.length === other.length ? replaced : addedOrLeftOut)
      ? 1
      : undefined;
  return edits === 2 && text.length >= twice ? 2 : undefined;
}

/** Whether two words differ by the exchange of two adjacent letters. */
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

/** The optimal string alignment distance: insertions, deletions, substitutions and exchanges of adjacent letters. */
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
