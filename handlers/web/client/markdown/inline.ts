import { markerPattern } from "../../../contract/citation-marker.ts";
import { mathsPattern, readMaths, type MathsSpan } from "./maths-spans.ts";

export type Inline =
  | { readonly type: "text" | "code"; readonly text: string }
  | { readonly type: "citation"; readonly number: number }
  | MathsSpan
  | { readonly type: "strong" | "emphasis"; readonly children: readonly Inline[] }
  | { readonly type: "link"; readonly url: string; readonly children: readonly Inline[] };

// Of ASCII's punctuation. A run of them at once: a match costs some microseconds.
const escapedMarks = /(?<escaped>(?:\\[!-/:-@[-`{-~]){1,500})/;
const codeSpan = /(?<!`)(?<ticks>`{1,8})(?!`)(?<code>[^]*?[^`])\k<ticks>(?!`)/;
const link =
  /!?\[(?<label>[^[\]\n]{0,300})\]\((?<url>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"\n]*")?\)/;
// Any script's marks that end or surround a sentence end an address, but for ASCII's within it and brackets in pairs.
const bareLink =
  /(?<bare>https?:\/\/(?:[^\s\p{Term}\p{Ps}\p{Pe}\p{Pi}\p{Pf}<>"'`*]|[.:;!?[{}]|\([^\s()<>]{0,300}\))*(?:[^\s\p{Term}\p{Ps}\p{Pe}\p{Pi}\p{Pf}<>"'`*_]|[[{}]|\([^\s()<>]{0,300}\)))/u;
const boldSlanted = /\*{3}(?=[^\s*])(?<both>[^*\n]*[^\s*])\*{3}(?!\*)/;
// Only its beginning: a pattern with both ends takes quadratic time where no bold text ends.
const strongOpening = /(?<opening>\*\*)(?=\S)/;
const starred = /(?<![*\w])\*(?=[^\s*])(?<star>(?:[^*\n]|\*\*[^*\n]+\*\*)*[^\s*])\*(?![*\w])/;
const underscored = /(?<![\p{L}\p{N}_])_(?=[^\s_])(?<underscore>[^_\n]*?[^\s_])_(?![\p{L}\p{N}_])/u;

/** Any span, in order of precedence. */
const pattern = new RegExp(
  [
    mathsPattern,
    escapedMarks,
    codeSpan,
    link,
    bareLink,
    markerPattern,
    boldSlanted,
    strongOpening,
    starred,
    underscored,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gu",
);

/** Splits a block's text into spans. Incomplete Markdown stays plain text. Takes linear time. */
export function parseInline(text: string): Inline[] {
  const spans: Inline[] = [];
  let end = 0;
  const say = (words: string): void => {
    if (words === "") return;
    const last = spans.at(-1);
    if (last?.type === "text") spans.splice(-1, 1, { type: "text", text: last.text + words });
    else spans.push({ type: "text", text: words });
  };
  const strongEnd = createStrongEnd(text);
  // A copy, because a link's or bold text's own spans are read meanwhile.
  const search = new RegExp(pattern);
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    const [whole] = match;
    const { escaped, code, label, url, bare, number, both, opening, star, underscore } =
      match.groups ?? {};
    const closing = opening === undefined ? undefined : strongEnd(match.index + 2);
    if (closing === -1) {
      search.lastIndex = match.index + 1;
      continue;
    }
    say(text.slice(end, match.index));
    const maths = readMaths(whole, match.groups);
    if (maths?.type === "mark") search.lastIndex = match.index + maths.source.length;
    if (closing !== undefined) search.lastIndex = closing + 2;
    end = search.lastIndex;
    const address = safeUrl(url ?? bare ?? "");
    if (maths?.type === "maths") spans.push(maths);
    else if (maths) say(maths.text);
    else if (escaped !== undefined) say(escaped.replaceAll(/\\(.)/g, "$1"));
    else if (code !== undefined)
      spans.push({ type: "code", text: code.replace(/^ (.+) $/s, "$1") });
    else if (label !== undefined && address) {
      spans.push({ type: "link", url: address, children: parseInline(label || address) });
    } else if (label !== undefined) say(label || whole);
    else if (bare !== undefined) {
      if (address)
        spans.push({ type: "link", url: address, children: [{ type: "text", text: bare }] });
      else say(whole);
    } else if (number !== undefined) spans.push({ type: "citation", number: Number(number) });
    else if (both !== undefined) {
      const children = [{ type: "strong", children: parseInline(both) } as const];
      spans.push({ type: "emphasis", children });
    } else if (closing !== undefined) {
      const children = parseInline(text.slice(match.index + 2, closing));
      spans.push({ type: "strong", children });
    } else spans.push({ type: "emphasis", children: parseInline(star ?? underscore ?? "") });
  }
  say(text.slice(end));
  return spans;
}

/**
 * Creates a function that returns where bold text with this beginning ends: at the first `**` behind a
 * character that is no space; -1 if there is none. Asked in order of the text, it takes linear time in all.
 */
function createStrongEnd(text: string): (start: number) => number {
  let found = 0;
  return (start) => {
    if (found !== -1 && found <= start) {
      found = text.indexOf("**", start + 1);
      while (found !== -1 && /\s/.test(text.charAt(found - 1))) {
        found = text.indexOf("**", found + 1);
      }
    }
    return found;
  };
}

/**
 * The text of an unfinished block without the incomplete mark at its end, and with open bold or code closed, so
 * that nothing flickers while the rest arrives. Takes linear time.
 */
export function settle(text: string): string {
  const settled = text.slice(0, unfinishedMark(text)).trimEnd();
  const ticks = settled.match(/`/g)?.length ?? 0;
  if (ticks % 2 === 1) return settled.endsWith("`") ? settled.slice(0, -1) : `${settled}\``;
  const stars = settled.match(/\*\*/g)?.length ?? 0;
  return stars % 2 === 1 ? `${settled}**` : settled;
}

/** Where the incomplete mark at a text's end begins; the text's length if there is none. */
function unfinishedMark(text: string): number {
  const ending = /(?:\\?\[[^\]\n]{0,40}|(?<!\*)\*{1,2}|\\)$/.exec(text.slice(-41));
  const line = text.lastIndexOf("\n");
  const isMark = line !== -1 && /^\s*(?:[-*+>#|]+|\d{1,3}[.)]?)$/.test(text.slice(line + 1));
  return Math.min(
    ending === null ? text.length : text.length - ending[0].length,
    isMark ? line : text.length,
    unfinishedLink(text),
  );
}

/** Where `[label](address` at a text's end begins; the text's length if there is none. */
function unfinishedLink(text: string): number {
  const middle = text.lastIndexOf("](");
  if (middle === -1 || /[)\s]/.test(text.slice(middle + 2))) return text.length;
  const opening = text.lastIndexOf("[", middle - 1);
  const label = text.slice(opening + 1, middle);
  if (middle === 0 || opening === -1 || !/^[^\]\n]{0,80}$/.test(label)) return text.length;
  return text[opening - 1] === "!" ? opening - 1 : opening;
}

/** An absolute http(s) address, or undefined; nothing else becomes a link. */
export function safeUrl(url: string): string | undefined {
  // Most spans have no address, and `new URL` takes some microseconds to throw.
  if (!/^https?:/i.test(url)) return undefined;
  try {
    return new URL(url).href;
  } catch {
    return undefined;
  }
}
