// Abbreviations that never end a sentence: a name, a number or an example follows.
const leading = new Set(
  "dr mr mrs ms prof st mt rev gen col lt capt sgt hon e.g i.e cf vs viz resp approx ca bzw z.b d.h u.a vgl bspw sog evtl ggf nr fig eq sec ch vol art pp p.ej sra sr. mme mlle av fr hr al mio mrd".split(
    " ",
  ),
);
// Abbreviations that end a sentence only before a word that begins one.
const trailing = new Set(
  "etc inc ltd co corp llc jr sr usw no u.s u.k a.m p.m dept est jan feb mar apr jun jul aug sept sep oct nov dec".split(
    " ",
  ),
);
const starters = new Set(
  "the a an this that these those it he she we they i you in on at if when then there but and or so for to as his her its their our my der die das ein eine es er sie wir in im am wenn dann und aber el la los las un una en il le les des une et".split(
    " ",
  ),
);
const mark =
  /(?<![.!?\u2026])[.!?\u2026]+["'\u201D\u2019\u00BB)\]*_`]*(?=\s|$)|[\u3002\uFF01\uFF1F\uFF61\u0964\u0965\u061F\u06D4\u1362\u17D4\u104B\u0F0D\u0589]+[\u300D\u300F\u201D\u2019\uFF09)\u3011"']*/g;
const longest = 600;
// Characters; Thai, Lao, Khmer and Burmese rarely use full stops.
const longestUnspaced = 220;
const unspaced = /[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF]/;

/**
 * The sentences of a text that `plainText` returned: trimmed, in order, none empty. A line break always ends a
 * sentence, so list items, table rows and lines of code stand alone. Needs no locale data.
 */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  for (const line of text.split(/[\n\r\u2028\u2029]+/)) {
    let start = 0;
    for (const end of [...sentenceEnds(line), line.length]) {
      const sentence = line.slice(start, end).trim();
      start = end;
      if (sentence !== "") sentences.push(...shorten(sentence));
    }
  }
  return sentences;
}

/** The offsets at which sentences end: after the marks and the space behind them. */
export function sentenceEnds(text: string): number[] {
  const ends: number[] = [];
  for (const { 0: marks, index } of text.matchAll(mark)) {
    const after = index + marks.length;
    let next = after;
    while (next < text.length && next - after < 100 && /\s/.test(text[next] ?? "")) next += 1;
    if (next < text.length && isEnd(text, index, marks, next)) ends.push(next);
  }
  return ends;
}

function isEnd(text: string, at: number, marks: string, next: number): boolean {
  if (!/^[.!?\u2026]/.test(marks)) return true;
  const following = /^["'\u201C\u2018\u00AB([*_`]*([\p{L}\p{N}]*)/u.exec(
    text.slice(next, next + 40),
  );
  const word = following?.[1] ?? "";
  const lower = /^\p{Ll}/u.test(word);
  if (!marks.startsWith(".")) return !lower;
  if (marks.startsWith("..")) return !lower;

  const before = /[\p{L}\p{N}.\-_/]+$/u.exec(text.slice(Math.max(0, at - 40), at))?.[0] ?? "";
  const token = before.toLowerCase().replace(/^[.\-_/]+/, "");
  const isInitial = word.length === 1 && text.charAt(next + 1) === ".";
  const begins = !lower && !isInitial && starters.has(word.toLowerCase());
  // "e.g. 5", "z. B. so": a closing quote or bracket after the dot still ends the sentence.
  if (marks.length > 1) return !lower;
  if (leading.has(token)) return false;
  if (trailing.has(token)) return begins;
  const standsAlone = /^[\s([{"'\u2018\u201C-]?$/.test(text.charAt(at - token.length - 1));
  if ((standsAlone && /^\p{L}$/u.test(token)) || /^(?:\p{L}\.)+\p{L}$/u.test(token)) return begins;
  // "3. Oktober", only in scripts with capital letters, which reveal names.
  if (/^\d{1,2}$/.test(token) && !/^\p{Lo}/u.test(word))
    return begins && before === token && !startsLine(text, at - token.length);
  return !lower || token.length > 4;
}

function startsLine(text: string, at: number): boolean {
  return /(?:^|\n)\s*$/.test(text.slice(Math.max(0, at - 12), at));
}

/** Cuts a text that is too long for a sentence at a comma, else a space, else between characters. */
function shorten(sentence: string): string[] {
  const limit = unspaced.test(sentence.slice(0, 100)) ? longestUnspaced : longest;
  const parts: string[] = [];
  let rest = 0;
  while (sentence.length - rest > limit) {
    const window = sentence.slice(rest, rest + limit);
    const cut =
      lastBreak(window, /[;:,\uFF0C\u3001\u061B\u060C](?=\s|[^\x20-\x7E])/g) ??
      lastBreak(window, /\s/g);
    const end = cut === undefined ? characterStart(sentence, rest + limit) : rest + cut;
    parts.push(sentence.slice(rest, end).trim());
    rest = end;
  }
  parts.push(sentence.slice(rest).trim());
  return parts.filter((part) => part !== "");
}

function lastBreak(window: string, pattern: RegExp): number | undefined {
  let last: number | undefined;
  for (const { index } of window.matchAll(pattern)) {
    if (index > window.length / 3) last = index + 1;
  }
  return last;
}

// Characters that belong to the one before: marks, joiners, variation selectors, skin tones.
const continues = /^(?:\p{M}|\p{Emoji_Modifier}|\u200C|\u200D)/u;

/** The nearest offset at or before `at` where a whole character begins. */
export function characterStart(text: string, at: number): number {
  const isInside = (offset: number) => {
    const unit = text.charCodeAt(offset);
    return unit >= 0xdc00 && unit <= 0xdfff && /[\uD800-\uDBFF]/.test(text[offset - 1] ?? "");
  };
  // At most 64 units back, because a text of only combining marks has no better place.
  for (let offset = at; offset > Math.max(0, at - 64); offset -= 1) {
    if (isInside(offset)) continue;
    if (!continues.test(text.slice(offset, offset + 2)) && text[offset - 1] !== "\u200D")
      return offset;
  }
  return isInside(at) ? at - 1 : at;
}
