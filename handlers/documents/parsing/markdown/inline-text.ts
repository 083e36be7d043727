import { decodeEntity } from "../html/entities.ts";
import { siteMarkAt } from "./site-marks.ts";

const special = /[\\`*_~[\]<&{!]/g;
const word = /[\p{L}\p{N}]/u;
// Characters, more than any real address or tag has; bounds every look ahead.
const longest = 2_000;
const deepest = 32;

interface Run {
  readonly piece: number;
  left: number;
}

/**
 * The words of one block of Markdown without marks of emphasis, links, code, HTML and JSX. Takes linear time.
 */
export function inlineText(text: string): string {
  special.lastIndex = 0;
  if (!special.test(text)) return text;
  const pieces: string[] = [];
  const brackets: number[] = [];
  const emphasis = new Map<string, Run[]>();
  const unclosed = new Set<string>();
  let at = 0;

  /** Moves behind `mark`; one that was not found is not searched again. */
  const skipPast = (mark: string, from: number): boolean => {
    if (unclosed.has(mark)) return false;
    const found = text.indexOf(mark, from);
    if (found === -1) unclosed.add(mark);
    else at = found + mark.length;
    return found !== -1;
  };

  const readCode = () => {
    const ticks = /^`+/.exec(text.slice(at, at + longest))?.[0] ?? "`";
    const from = at + ticks.length;
    for (let end = text.indexOf(ticks, from); !unclosed.has(ticks) && end !== -1;) {
      let past = end + ticks.length;
      while (text[past] === "`") past += 1;
      if (past - end === ticks.length) {
        pieces.push(text.slice(from, end).trim());
        at = past;
        return;
      }
      end = text.indexOf(ticks, past);
    }
    unclosed.add(ticks);
    pieces.push(ticks);
    at = from;
  };

  const readEmphasis = (mark: string) => {
    let end = at;
    while (text[end] === mark) end += 1;
    const before = text[at - 1] ?? " ";
    const after = text[end] ?? " ";
    const inWord = mark === "_" && word.test(before) && word.test(after);
    const opens = !/\s/.test(after) && !inWord;
    const closes = !/\s/.test(before) && !inWord;
    const run = { piece: pieces.length, left: end - at };
    pieces.push(text.slice(at, end));
    at = end;
    if (mark === "~" && run.left < 2) return;
    const stack = emphasis.get(mark) ?? [];
    emphasis.set(mark, stack);
    let opener = closes ? stack.at(-1) : undefined;
    while (opener !== undefined && run.left > 0) {
      const shared = Math.min(opener.left, run.left);
      opener.left -= shared;
      run.left -= shared;
      pieces[opener.piece] = mark.repeat(opener.left);
      pieces[run.piece] = mark.repeat(run.left);
      if (opener.left === 0) stack.pop();
      opener = stack.at(-1);
    }
    if (opens && run.left > 0) stack.push(run);
  };

  const closeBracket = () => {
    const opening = brackets.pop();
    const end = linkEnd(text, at + 1);
    if (opening === undefined || end === null) {
      pieces.push("]");
      at += 1;
      return;
    }
    pieces[opening] = "";
    at = end;
  };

  while (at < text.length) {
    special.lastIndex = at;
    const next = special.exec(text)?.index ?? text.length;
    if (next > at) pieces.push(text.slice(at, next));
    at = next;
    const character = text[at];
    if (character === undefined) break;
    if (character === "\\") {
      const escaped = text[at + 1] ?? "";
      pieces.push(/[!-/:-@[-`{-~]/.test(escaped) ? escaped : `\\${escaped}`);
      at += 1 + escaped.length;
    } else if (character === "`") {
      readCode();
    } else if (character === "*" || character === "_" || character === "~") {
      readEmphasis(character);
    } else if (character === "]") {
      closeBracket();
    } else if (readSiteMark(character)) {
      continue;
    } else if (character === "[" || (character === "!" && text[at + 1] === "[")) {
      const footnote = /^\[\^[^\s\]]{1,80}\]:?/.exec(text.slice(at, at + 90))?.[0];
      if (footnote === undefined) brackets.push(pieces.length);
      pieces.push(footnote === undefined ? text.slice(at, text.indexOf("[", at) + 1) : "");
      at = footnote === undefined ? text.indexOf("[", at) + 1 : at + footnote.length;
    } else if (character === "<") {
      readAngle();
    } else if (character === "&") {
      const reference = /^&#?[a-z\d]{1,10};/i.exec(text.slice(at, at + 14))?.[0] ?? "";
      const decoded = reference === "" ? undefined : decodeEntity(reference);
      pieces.push(decoded ?? "&");
      at += decoded === undefined ? 1 : reference.length;
    } else if (character === "{" && text.startsWith("{/*", at) && skipPast("*/}", at)) {
      pieces.push(" ");
    } else if (/^\{(?:" "|' ')\}/.test(text.slice(at, at + 5))) {
      pieces.push(" ");
      at += 5;
    } else {
      pieces.push(character);
      at += 1;
    }
  }
  return pieces.join("");

  /** What documentation tools add; an embedded file is shown elsewhere. */
  function readSiteMark(character: string): boolean {
    const isEmbedded = text.startsWith("![[", at);
    if (character !== "{" && !isEmbedded && !text.startsWith("[[", at)) return false;
    const from = isEmbedded ? at + 1 : at;
    const mark = siteMarkAt(text, from);
    if (mark === undefined) return false;
    pieces.push(isEmbedded ? "" : mark.shown);
    at = from + mark.length;
    return true;
  }

  function readAngle(): void {
    const auto = /^<((?:[a-z][a-z\d+.-]{1,31}:|[\w.+-]{1,64}@)[^\s<>]*)>/i.exec(
      text.slice(at, at + longest),
    );
    if (auto !== null) {
      pieces.push(auto[1] ?? "");
      at += auto[0].length;
      return;
    }
    if (text.startsWith("<!--", at) && skipPast("-->", at)) return;
    const end = tagEnd(text, at);
    if (end === null) {
      pieces.push("<");
      at += 1;
      return;
    }
    const name = /^<(script|style|br)\b/i.exec(text.slice(at, at + 8))?.[1]?.toLowerCase();
    const shown = shownBy(text.slice(at, end));
    if (shown !== "") pieces.push(` ${shown} `);
    at = end;
    // U+2028 marks a hard line break; line breaks of the source are soft.
    if (name === "br") pieces.push("\u2028");
    else if (name !== undefined) skipPast(`</${name}>`, at);
  }
}

/** The attributes that a component shows, such as a tab's label or a card's title; an image's description. */
function shownBy(tag: string): string {
  if (!/^<(?:[A-Z]|img\b)/.test(tag)) return "";
  const values = tag.matchAll(/[\s"'](?:title|label|description|alt)=(?:"([^"]*)"|'([^']*)')/g);
  return Array.from(values, ([, double, single]) => (double ?? single ?? "").trim())
    .filter((value) => value !== "")
    .join(": ");
}

/** The offset after a link's target, `(address "title")` or `[reference]`; null if there is none. */
export function linkEnd(text: string, from: number): number | null {
  const window = text.slice(from, from + longest);
  const reference = /^\[[^[\]]{0,200}\]/.exec(window);
  if (reference !== null) return from + reference[0].length;
  const address = /^\(\s*(?:<[^<>\n]*>)?/.exec(window);
  if (address === null) return null;
  let depth = 1;
  let quote = "";
  for (let at = address[0].length; at < window.length; at += 1) {
    const character = window[at] ?? "";
    if (character === "\\") at += 1;
    else if (quote !== "") quote = character === quote ? "" : quote;
    else if (/["']/.test(character) && /\s/.test(window[at - 1] ?? "")) quote = character;
    else if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    if (depth === 0) return from + at + 1;
    if (depth > deepest) return null;
  }
  return null;
}

/**
 * The offset after a tag of HTML or JSX, whose attributes may contain quotes and braces; null if there is none.
 */
export function tagEnd(text: string, from: number): number | null {
  if (!/^<(?:[a-z]|\/[a-z>]|>|!\w|\?\w)/i.test(text.slice(from, from + 3))) return null;
  const limit = Math.min(text.length, from + longest);
  let braces = 0;
  let quote = "";
  for (let at = from + 1; at < limit; at += 1) {
    const character = text[at] ?? "";
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === "{") braces += 1;
    else if (character === "}") braces -= 1;
    else if (/["'`]/.test(character) && (braces > 0 || text[at - 1] === "=")) quote = character;
    else if (character === "<" && braces === 0) return null;
    else if (character === ">" && braces === 0) return at + 1;
    if (braces > deepest || braces < 0) return null;
  }
  return null;
}
