/**
 * Text → terms, the same in every runtime: nothing here asks ICU where a word ends, because the
 * dictionaries differ between runtimes and a command line and an edge worker share one index.
 *
 * Scripts that put spaces between words give the word and its 4-grams, taken inside the word padded
 * with `_`, so that an inflected or misspelt word still meets its relatives. Chinese, Japanese and
 * Korean give characters and pairs of characters. Scripts that write words without spaces in an
 * alphabet (Thai, Lao, Khmer, Burmese) give 3- and 4-grams of the whole run.
 */
export interface Term {
  /** A 32-bit hash, signed as PostgreSQL's `integer` is. */
  readonly feature: number;
  readonly text: string;
  /** How much a match of this term counts beside the others of its text. */
  readonly weight: number;
}

/**
 * Called for each occurrence of a term: the units `from` to `to` of the normalised text, as far as they
 * lie within the run `first` to `last`; what lies outside is padding.
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

/** The kind of each UTF-16 unit met so far: asking the patterns each time would cost more than all else. */
const kinds = new Uint8Array(0x10000);

const wordSeed = 0x811c9dc5;
const gramSeed = 0x050c5d1f;
const padding = "_".charCodeAt(0);

/** A soft hyphen and the Arabic tatweel only stretch a word; hamza and madda above or below are often left out. */
const optional = /\u00AD|\u0640|[\u0653-\u0655]/g;
/** The letters that hold such a hamza or madda in one piece. */
const composed = /[\u0622-\u0626\u06C0\u06C2\u06D3]/g;

/** Lower-cased NFKC without what is optional in writing: what terms are cut from. */
export function normalise(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(composed, (letter) => letter.normalize("NFD"))
    .replace(optional, "");
}

/** Calls `visit` once for every occurrence of every term of a text that went through `normalise`. */
export function visitTerms(text: string, visit: Visit): void {
  visitRuns(text, (kind, from, to) => {
    if (kind === spaced) {
      visit(hash(text, from, to, from, to, wordSeed), 1, from, to, from, to);
      // Padded, a word of two letters has one 4-gram, which would say the same as the word.
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
 * Calls `visit` for every 3-gram of the words of spaced scripts: too common to be worth an index, but
 * they tell apart the few passages that are already thought to answer.
 */
export function visitFineGrams(text: string, visit: (feature: number) => void): void {
  visitRuns(text, (kind, from, to) => {
    if (kind === spaced) visitGrams(text, from, to, 1, 3, 1, visit);
  });
}

/** How often each term occurs in `text`, by feature. */
export function countTerms(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  visitTerms(normalise(text), (feature) => counts.set(feature, (counts.get(feature) ?? 0) + 1));
  return counts;
}

/**
 * The distinct terms of a question, in order of appearance, at most `limit`.
 *
 * @param share what a term counts of its usual weight, by the units of the normalised question it is cut from
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
    const weight = usual * share(start, stop);
    const inside = text.slice(start, stop).toWellFormed();
    const shown = `${from < first ? "_" : ""}${inside}${to > last ? "_" : ""}`;
    terms.set(feature, { feature, weight, text: shown });
  });
  return [...terms.values()];
}

/** A long word has many grams: each counts a little less, so that it does not drown the short ones. */
function gramWeight(length: number): number {
  return (5 / length) ** 0.3;
}

/** Stretches of one kind, separators among them. */
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

/** Every `size` neighbouring units of a run with `pad` places of padding at both ends; a short run is one gram. */
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

/** FNV-1a over UTF-16 units, those outside `from` to `to` being padding; then mixed. */
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
