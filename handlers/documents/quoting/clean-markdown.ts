import { linkEnd, tagEnd } from "../parsing/markdown/inline-text.ts";
import { escapeNumber } from "./escape-text.ts";
import { siteMarkAt } from "../parsing/markdown/site-marks.ts";

const special = /[\\`<[\]{]/g;
// As far as a mark's other end is looked for. Bounds every look ahead.
const longest = 2_000;

/**
 * Markdown or MDX as it can be shown anywhere: bold, code and absolute links stay; tags of HTML and JSX,
 * comments, images, anchors, footnote marks and the targets of relative links go. Linear in time.
 */
export function cleanMarkdown(text: string): string {
  const pieces: string[] = [];
  const brackets: number[] = [];
  let at = 0;
  while (at < text.length) {
    special.lastIndex = at;
    const next = special.exec(text)?.index ?? text.length;
    if (next > at) pieces.push(text.slice(at, next));
    at = next;
    const character = text[at];
    if (character === undefined) break;
    if (character === "\\") take(2);
    else if (character === "`") readCode();
    else if (character === "<") readAngle();
    else if (readSiteMark()) continue;
    else if (character === "[") openBracket();
    else if (character === "]") closeBracket();
    else readBrace();
  }
  return pieces.join("");

  function take(length: number): void {
    pieces.push(text.slice(at, at + length));
    at += length;
  }

  function readSiteMark(): boolean {
    const mark = text[at] === "]" ? undefined : siteMarkAt(text, at);
    if (mark === undefined) return false;
    const isEmbedded = text.startsWith("![[", at - 1);
    if (isEmbedded) pieces.push((pieces.pop() ?? "").slice(0, -1));
    else pieces.push(mark.shown);
    at += mark.length;
    return true;
  }

  /** Backticks that nothing closes would be taken for code by what reads the answer, and go. */
  function readCode(): void {
    const length = codeLength(text, at);
    if (length > 0) take(length);
    else while (text[at] === "`") at += 1;
  }

  function openBracket(): void {
    const footnote = /^\[(?:\^[^\s\]]{1,80}\](?::[ \t]*)?|\d{1,3}\])(?![([])/.exec(
      text.slice(at, at + 90),
    );
    if (footnote !== null) {
      const digits = /^\[(\d+)\]$/.exec(footnote[0])?.[1];
      if (digits !== undefined) pieces.push(escapeNumber(digits, text[at - 1] ?? ""));
      at += footnote[0].length;
      return;
    }
    if (pieces.at(-1)?.endsWith("!")) pieces.push((pieces.pop() ?? "").slice(0, -1), "![");
    else pieces.push("[");
    brackets.push(pieces.length - 1);
    at += 1;
  }

  function closeBracket(): void {
    const opening = brackets.pop();
    const end = linkEnd(text, at + 1);
    if (opening === undefined || end === null) return take(1);
    if (pieces[opening] === "![") pieces.length = opening;
    else {
      const address = /^\(\s*<?(https?:\/\/[^\s<>()]+)>?/i.exec(text.slice(at + 1, end))?.[1];
      if (address === undefined) pieces[opening] = "";
      else pieces.push(`](${address})`);
    }
    at = end;
  }

  function readAngle(): void {
    const window = text.slice(at, at + longest);
    const address = /^<((?:https?:\/\/|mailto:)[^\s<>]*|[\w.+-]{1,64}@[^\s<>]*)>/i.exec(window);
    const comment = window.startsWith("<!--") ? window.indexOf("-->") : -1;
    const end = tagEnd(text, at);
    if (address !== null) {
      pieces.push(address[1] ?? "");
      at += address[0].length;
    } else if (comment !== -1) at += comment + 3;
    else if (end === null) take(1);
    else {
      const name = /^<(script|style|br)\b/i.exec(window)?.[1]?.toLowerCase();
      at = end;
      if (name === "br") pieces.push(" ");
      else if (name !== undefined) {
        const closing = text.indexOf(`</${name}>`, at);
        at = closing === -1 ? text.length : closing + name.length + 3;
      }
    }
  }

  function readBrace(): void {
    const window = text.slice(at, at + longest);
    const gone = /^\{(?:\/\*[^]*?\*\/|#[\w-]{1,120}|" "|' ')\}/.exec(window)?.[0];
    if (gone === undefined) return take(1);
    if (gone.length === 5) pieces.push(" ");
    at += gone.length;
  }
}

/** Length of the code that begins here; 0 where no like backticks close it in its paragraph. */
function codeLength(text: string, at: number): number {
  const window = text.slice(at, at + longest);
  const ticks = /^`+/.exec(window)?.[0] ?? "`";
  const paragraph = window.slice(0, /\n[ \t]*\n/.exec(window)?.index ?? longest);
  for (const { 0: closing, index } of paragraph.slice(ticks.length).matchAll(/`+/g)) {
    if (closing.length === ticks.length) return index + 2 * ticks.length;
  }
  return 0;
}
