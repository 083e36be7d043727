/**
 * Text → terms, equal on every runtime. ICU's word borders are not used: its dictionaries differ between
 * runtimes, while a command line and an edge worker share one index.
 *
 * Scripts with spaces between words yield the word and its 4-grams, from the word padded with `_`, so that an
 * inflected or misspelt word still matches. Chinese, Japanese and Korean yield characters and pairs of
 * characters. Alphabets without spaces (Thai, Lao, Khmer, Burmese) yield 3- and 4-grams of the whole run.
 */
export interface Term {
  /** A 32-bit hash, signed as PostgreSQL's `integer` is. */
  readonly feature: number;
  readonly text: string;
  /** The weight of a match among the other terms of the text. */
  readonly weight: number;
  /** The factor in `weight` that the caller gave; less than 1 for function words. */
  readonly share: number;
}

/**
 * Called for each occurrence of a term: units `from` to `to` of the normalised text, within the run `first` to
 * `last`; units outside of the run are padding.
 */
type Visit = (
  feature: number,
  weight: number,
  from: number,
  to: number,
  first: number,
  last: number,
) => void;

const separator = 1;
const spaced = 2;
const dense = 3;
const unspaced = 4;
const scripts: readonly (readonly [kind: number, pattern: RegExp])[] = [
  [separator, /[^\p{L}\p{M}\p{N}]/u],
  [dense, /\p{scx=Han}|\p{scx=Hiragana}|\p{scx=Katakana}|\p{scx=Hangul}/u],
  [unspaced, /\p{scx=Thai}|\p{scx=Lao}|\p{scx=Khmer}|\p{scx=Myanmar}/u],
];

/** The kind of each UTF-16 unit seen so far; matching the patterns each time would take most of the time. */
const kinds = new Uint8Array(0x10000);

const wordSeed = 0x811c9dc5;
const gramSeed = 0x050c5d1f;
const padding = "_".charCodeAt(0);

/** Optional in writing: soft hyphens, the Arabic tatweel, and hamza and madda above or below. */
const optional = /\u00AD|\u0640|[\u0653-\u0655]/g;
/** Letters that contain such a hamza or madda. */
const composed = /[\u0622-\u0626\u06C0\u06C2\u06D3]/g;

/** The text in lower-case NFKC without optional signs, from which terms are cut. */
export function normalise(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(composed, (letter) => letter.normalize("NFD"))
    .replace(optional, "");
}

/** Calls `visit` for every occurrence of every term of a normalised text. */
export function visitTerms(text: string, visit: Visit): void {
  visitRuns(text, (kind, from, to) => {
    if (kind === spaced) {
      visit(hash(text, from, to, from, to, wordSeed), 1, from, to, from, to);
      // A padded word of two letters has one 4-gram, which would repeat the word.
      if (to - from > 2) visitGrams(text, from, to, 1, 4, gramWeight(to - from), visit);
    } else if (kind === dense) {
      visitGrams(text, from, to, 0, 1, 0.4, visit);
      visitGrams(text, from, to, 0, 2, 1, visit);
    } else if (kind === unspaced) {
      visitGrams(text, from, to, 0, 3, 1, visit);
      visitGrams(text, from, to, 0, 4, 1, visit);
    }
  });
}

/**
 * Calls `visit` for every 3-gram of words in scripts with spaces: too frequent to index, but useful to compare
 * a few candidate passages.
 */
export function visitFineGrams(text: string, visit: (feature: number) => void): void {
  visitRuns(text, (kind, from, to) => {
    if (kind === spaced) visitGrams(text, from, to, 1, 3, 1, visit);
  });
}

/** The number of each term's occurrences in `text`, by feature. */
export function countTerms(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  visitTerms(normalise(text), (feature) => counts.set(feature, (counts.get(feature) ?? 0) + 1));
  return counts;
}

/**
 * The distinct terms of a question, in order of appearance, at most `limit`.
 *
 * @param share the factor on a term's weight, by the units of the normalised question from which it is cut
 */
export function questionTerms(
  question: string,
  limit: number,
  share: (from: number, to: number) => number = () => 1,
): Term[] {
  const terms = new Map<number, Term>();
  const text = normalise(question);
  visitTerms(text, (feature, usual, from, to, first, last) => {
    if (terms.size >= limit || terms.has(feature)) return;
    const [start, stop] = [Math.max(from, first), Math.min(to, last)];
    const counted = share(start, stop);
    const inside = text.slice(start, stop).toWellFormed();
    const shown = `${from < first ? "_" : ""}${inside}${to > last ? "_" : ""}`;
    terms.set(feature, { feature, weight: usual * counted, share: counted, text: shown });
  });
  return [...terms.values()];
}

/** The feature of a whole normalised word in a script with spaces. */
export function wordFeature(word: string): number {
  return hash(word, 0, word.length, 0, word.length, wordSeed);
}

/** The grams of a long word count less each, so that it does not outweigh short words. */
function gramWeight(length: number): number {
  return (5 / length) ** 0.3;
}

/** Calls `visit` for each run of units of one kind, separators included. */
function visitRuns(text: string, visit: (kind: number, from: number, to: number) => void): void {
  for (let from = 0, to = 0; from < text.length; from = to) {
    const kind = kindAt(text, from);
    to = from + 1;
    while (to < text.length && kindAt(text, to) === kind) to += 1;
    visit(kind, from, to);
  }
}

function kindAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit >= 0xd800 && unit < 0xe000) {
    const pair = text.codePointAt(unit < 0xdc00 ? index : index - 1);
    return kindOf(String.fromCodePoint(pair ?? 0));
  }
  return (kinds[unit] ||= kindOf(String.fromCharCode(unit)));
}

function kindOf(character: string): number {
  return scripts.find(([, pattern]) => pattern.test(character))?.[0] ?? spaced;
}

/** Visits every `size` adjacent units of a run padded by `pad` units at both ends; a short run is one gram. */
function visitGrams(
  text: string,
  from: number,
  to: number,
  pad: number,
  size: number,
  weight: number,
  visit: Visit,
): void {
  const end = to + pad;
  for (let start = from - pad; start === from - pad || start + size <= end; start++) {
    const stop = Math.min(start + size, end);
    visit(hash(text, start, stop, from, to, gramSeed), weight, start, stop, from, to);
  }
}

/** FNV-1a over UTF-16 units, padding outside of `from` to `to`; mixed at the end. */
function hash(
  text: string,
  start: number,
  stop: number,
  from: number,
  to: number,
  seed: number,
): number {
  let value = seed;
  for (let index = start; index < stop; index++) {
    const unit = index < from || index >= to ? padding : text.charCodeAt(index);
    value = Math.imul(value ^ unit, 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return value ^ (value >>> 13);
}
