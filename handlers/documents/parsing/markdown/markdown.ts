import { cutText } from "../../../lib/text.ts";
import type { ParsedBlock } from "../block.ts";
import { attributeLine } from "./attribute-list.ts";
import { inlineText } from "./inline-text.ts";
import {
  admonitionEnd,
  blank,
  fence,
  heading,
  headingAnywhere,
  headingParts,
  htmlEnd,
  indentation,
  interrupts,
  listMarker,
  moduleLine,
  rule,
  tableRule,
  underline,
} from "./markdown-lines.ts";
import { moduleEnd } from "./module-end.ts";
import { createSlugger } from "./slugger.ts";

// Longer blocks are yielded in pieces, in characters and in lines, so that the caller can pause between them.
const longestBlock = 32_768;
const mostLines = 1_000;
// Characters of blank lines after which the caller can pause.
const longestBlank = 4_096;
// Characters; a longer paragraph above a line of dashes is no heading, and the line is a rule.
const longestHeading = 300;
// Characters of a line that are examined.
const longestLine = 1_000;

interface Step {
  readonly block: ParsedBlock | null;
  readonly next: number;
}

/**
 * The top-level blocks of Markdown or MDX from `from` on, in order. One pass over the lines without recursion:
 * linear time for any input, and the caller can pause between two blocks.
 *
 * @param text its lines end with line feeds
 */
export function* markdownBlocks(
  text: string,
  from: number,
  flavour: "markdown" | "mdx",
): Generator<ParsedBlock> {
  const isMdx = flavour === "mdx";
  const slug = createSlugger();
  // Counted, because each one costs a long look ahead.
  let unclosedModules = 0;

  /** The opening mark of code that goes on after the block before. */
  let openFence: string | undefined;
  // The line that `endOf` found last: a long one is not searched again.
  let lineStart = 0;
  let lineEnd = -1;

  const endOf = (start: number) => {
    if (start >= lineStart && start <= lineEnd) return lineEnd;
    const end = text.indexOf("\n", start);
    lineStart = start;
    lineEnd = end === -1 ? text.length : end;
    return lineEnd;
  };
  const lineAt = (start: number) =>
    cutText(text.slice(start, Math.min(endOf(start), start + longestLine + 1)), longestLine);
  const until = (mark: string, start: number) => {
    const found = text.indexOf(mark, start);
    return found === -1 ? text.length : endOf(found);
  };

  const readHeading = (start: number, last: number, level: number, raw: string): Step => {
    const parts = headingParts(raw);
    const words = inlineText(parts.text).replace(/\s+/g, " ").trim();
    // kramdown's attributes stand on the next line.
    const below = attributeLine(lineAt(last + 1));
    const anchor = parts.anchor ?? below?.id ?? slug(words);
    const end = below === undefined ? last : endOf(last + 1);
    return { block: { kind: "heading", start, end, level, text: words, anchor }, next: end + 1 };
  };

  /** Reads lines of code up to the closing mark; leaves the rest of a long block to the next call. */
  const readCode = (codeStart: number, opening: string): number => {
    const closing = new RegExp(`^[ \\t]*${opening[0]}{${opening.length},}[ \\t]*$`);
    openFence = undefined;
    let at = codeStart;
    for (let lines = 0; at < text.length; at = endOf(at) + 1) {
      lines += 1;
      if (at - codeStart > longestBlock || lines > mostLines) {
        openFence = opening;
        break;
      }
      let first = at;
      while (first - at < longestLine && (text[first] === " " || text[first] === "\t")) first += 1;
      if (text[first] === opening[0] && closing.test(lineAt(at))) return endOf(at) + 1;
    }
    return Math.min(at, text.length + 1);
  };

  const codeBlock = (start: number, next: number): Step => {
    const end = Math.min(next - 1, text.length);
    return { block: { kind: "verbatim", start, end }, next };
  };

  const isShort = (start: number, at: number, lines: number) =>
    at < text.length && at - start < longestBlock && lines < mostLines;

  const readIndented = (start: number): Step => {
    let end = endOf(start);
    for (let at = end + 1, lines = 0; isShort(start, at, lines); at = endOf(at) + 1, lines += 1) {
      const line = lineAt(at);
      if (blank.test(line)) continue;
      if (indentation(line) < 4) break;
      end = endOf(at);
    }
    return { block: { kind: "verbatim", start, end }, next: end + 1 };
  };

  const readItem = (start: number, marker: RegExpExecArray): Step => {
    const line = lineAt(start);
    const [whole, , bullet = "", gap = ""] = marker;
    const inner = gap.length > 4 || gap === "" ? whole.length - gap.length + 1 : whole.length;
    let end = endOf(start);
    let afterBlank = blank.test(text.slice(start + whole.length, end));
    const nestedFrom = Math.min(inner, indentation(line) + bullet.length + 1);
    let at = end + 1;
    const skipFence = (opening: string) => {
      at = readCode(endOf(at) + 1, opening);
      end = Math.min(at - 1, text.length);
    };
    const opening = fence.exec(line.slice(whole.length))?.[1];
    if (opening !== undefined) {
      at = start;
      skipFence(opening);
    }
    for (let lines = 0; isShort(start, at, lines); lines += 1) {
      if (openFence !== undefined) break;
      const below = lineAt(at);
      if (blank.test(below)) {
        afterBlank = true;
        at = endOf(at) + 1;
        continue;
      }
      const nested = indentation(below) >= nestedFrom;
      if (!nested && (afterBlank || interrupts(below, isMdx) || listMarker.test(below))) break;
      afterBlank = false;
      const code = nested ? fence.exec(below)?.[1] : undefined;
      if (code !== undefined) {
        skipFence(code);
      } else {
        end = endOf(at);
        at = end + 1;
      }
    }
    return { block: { kind: "item", start, end }, next: end + 1 };
  };

  const startsTable = (at: number) => {
    const below = lineAt(endOf(at) + 1);
    return below.includes("|") && tableRule.test(below);
  };

  const readParagraph = (start: number, quoted: boolean): Step => {
    let end = endOf(start);
    let isTable = false;
    const first = lineAt(start);
    for (let at = end + 1, lines = 0; isShort(start, at, lines); at = endOf(at) + 1, lines += 1) {
      const line = lineAt(at);
      if (blank.test(line)) break;
      const level = quoted || isTable ? undefined : underline.exec(line)?.[1];
      if (level !== undefined && end - start <= longestHeading) {
        return readHeading(start, endOf(at), level[0] === "=" ? 1 : 2, text.slice(start, end));
      }
      if (at === endOf(start) + 1 && first.includes("|") && tableRule.test(line)) isTable = true;
      else if (interrupts(line, isMdx) && !(quoted && /^ {0,3}>/.test(line))) break;
      else if (!isTable && line.includes("|") && startsTable(at)) break;
      end = endOf(at);
      if (admonitionEnd.test(line)) break;
    }
    return { block: { kind: isTable ? "verbatim" : "prose", start, end }, next: end + 1 };
  };

  const readHtml = (start: number, mark: string): Step => {
    if (mark !== "") {
      const end = until(mark, start);
      return { block: { kind: rawKind(mark), start, end }, next: end + 1 };
    }
    let end = endOf(start);
    for (let at = end + 1, lines = 0; isShort(start, at, lines); at = endOf(at) + 1, lines += 1) {
      if (blank.test(lineAt(at))) break;
      end = endOf(at);
    }
    return { block: { kind: "prose", start, end }, next: end + 1 };
  };

  const read = (start: number): Step => {
    if (openFence !== undefined) return codeBlock(start, readCode(start, openFence));
    const line = lineAt(start);
    if (blank.test(line)) return { block: null, next: endOf(start) + 1 };
    const atx = (isMdx ? headingAnywhere : heading).exec(line);
    if (atx !== null) {
      return readHeading(start, endOf(start), atx[1]?.length ?? 1, atx[2] ?? "");
    }
    if (!isMdx && indentation(line) >= 4) return readIndented(start);
    const opening = fence.exec(line)?.[1];
    if (opening !== undefined) return codeBlock(start, readCode(endOf(start) + 1, opening));
    if (rule.test(line) || admonitionEnd.test(line)) {
      return { block: { kind: "note", start, end: endOf(start) }, next: endOf(start) + 1 };
    }
    const marker = listMarker.exec(line);
    if (marker !== null) return readItem(start, marker);
    if (line.trimStart().startsWith("{/*")) {
      const end = until("*/}", start);
      return { block: { kind: "note", start, end }, next: end + 1 };
    }
    if (moduleLine.test(line)) {
      const found = unclosedModules > 3 ? -1 : moduleEnd(text, start);
      if (found === -1) unclosedModules += 1;
      const firstBlank = found === -1 ? text.indexOf("\n\n", start) : found;
      const end = firstBlank === -1 ? text.length : firstBlank;
      return { block: { kind: "gap", start, end }, next: end + 1 };
    }
    const html = isMdx ? null : htmlEnd(line, "nothing");
    if (html !== null) return readHtml(start, html);
    return readParagraph(start, /^ {0,3}>/.test(line));
  };

  let at = from;
  let yieldedAt = from;
  while (at < text.length) {
    const { block, next } = read(at);
    if (block !== null) yield block;
    // Yields within many blank lines too, so that the caller can pause.
    else if (next - yieldedAt > longestBlank) yield { kind: "note", start: yieldedAt, end: at };
    if (block !== null || next - yieldedAt > longestBlank) yieldedAt = next;
    at = next;
  }
}

/** The kind of a block that ends with a closing mark; scripts and styles are no text. */
function rawKind(mark: string): "note" | "gap" | "verbatim" | "prose" {
  if (mark === "-->") return "note";
  if (mark === "</script>" || mark === "</style>") return "gap";
  return mark === "</pre>" ? "verbatim" : "prose";
}
