import { appendStretch, type Stretch } from "./quotes.ts";

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** English words that are in most sentences; of other languages only the short words are left out. */
const common = new Set(
  "about after also and any are been before but can could did does for from had has have her here how into its just like more most much must not one only other our out over she should some such than that the their them then there these they this those too use using very was were what when where which while who why will with would you your".split(
    " ",
  ),
);

const shortestWord = 3;
/** Words of a script without spaces, such as Chinese, say something from two characters on. */
const dense = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u;
/** What may stand between two words that are marked as one: spaces, or a mark as in `import.meta`. */
const joins = /^(?:\s*|[^\s,;])$/;
/** Letters that two forms of one word have in common, at least, and that a longer form adds, at most. */
const sharedLetters = 4;
const addedLetters = 3;

/** The telling words of a text, in lower case, each once. */
export function wordsOf(text: string): string[] {
  const words = Array.from(segmenter.segment(text.toLowerCase()), ({ segment, isWordLike }) =>
    isWordLike ? segment : "",
  );
  return [...new Set(words.filter(isTelling))];
}

/** Marks the words of a text that are among `words`, or forms of them, with what joins them. */
export function markWords(text: string, words: readonly string[]): Stretch[] {
  const stretches: Stretch[] = [];
  let between = "";
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    const word = segment.toLowerCase();
    if (isWordLike && words.some((each) => isSameWord(each, word))) {
      const follows = stretches.at(-1)?.marked === true && joins.test(between);
      appendStretch(stretches, between, follows);
      appendStretch(stretches, segment, true);
      between = "";
    } else if (isWordLike) {
      appendStretch(stretches, between + segment, false);
      between = "";
    } else between += segment;
  }
  appendStretch(stretches, between, false);
  return stretches;
}

/** How many of `words` a text has, in any form. */
export function countWords(text: string, words: readonly string[]): number {
  const own = wordsOf(text);
  return words.filter((word) => own.some((each) => isSameWord(word, each))).length;
}

function isTelling(word: string): boolean {
  const length = dense.test(word) || /\d/.test(word) ? 2 : shortestWord;
  return word.length >= length && !common.has(word);
}

function isSameWord(one: string, other: string): boolean {
  if (one === other) return true;
  const length = Math.max(one.length, other.length);
  const shared = Math.max(sharedLetters, length - addedLetters);
  return length > shared && one.slice(0, shared) === other.slice(0, shared);
}
