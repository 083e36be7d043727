import type { ParsedBlock } from "../block.ts";
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
import { createSlugger } from "./slugger.ts";

// Longer blocks are yielded in pieces, in characters, so that the caller can pause between them.
const longestBlock = 32_768;
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
 * linear time for any input, and the caller can stop between two blocks.
 */
export function* markdownBlocks(
  content: string,
  from: number,
  flavour: "markdown" | "mdx",
): Generator<ParsedBlock> {
  // Keeps the length, so that offsets also hold for the content.
  const paired = content.includes("\r") ? content.replaceAll("\r\n", " \n") : content;
  const text = paired.includes("\r") ? paired.replaceAll("\r", "\n") : paired;
  const isMdx = flavour === "mdx";
  const slug = createSlugger();
  // Counted, because each one costs a long look ahead.
  let unclosedModules = 0;

  const endOf = (start: number) => {
    const end = text.indexOf("\n", start);
    return end === -1 ? text.length : end;
  };
  const lineAt = (start: number) => text.slice(start, Math.min(endOf(start), start + longestLine));
  const until = (mark: string, start: number) => {
    const found = text.indexOf(mark, start);
    return found === -1 ? text.length : endOf(found);
  };

  const headingBlock = (start: number, end: number, level: number, raw: string): ParsedBlock => {
    const parts = headingParts(raw);
    const words = inlineText(parts.text).replace(/\s+/g, " ").trim();
    const anchor = parts.anchor ?? slug(words);
    return { kind: "heading", start, end, level, text: words, anchor };
  };

  const readFence = (start: number, opening: string): Step => {
    const closing = new RegExp(`^[ \\t]*${opening[0]}{${opening.length},}[ \\t]*$`);
    for (let at = endOf(start) + 1; at < text.length; at = endOf(at) + 1) {
      let first = at;
      while (text[first] === " " || text[first] === "\t") first += 1;
      if (text[first] !== opening[0] || !closing.test(lineAt(at))) continue;
      return { block: { kind: "verbatim", start, end: endOf(at) }, next: endOf(at) + 1 };
    }
    return { block: { kind: "verbatim", start, end: text.length }, next: text.length };
  };

  const readIndented = (start: number): Step => {
    let end = endOf(start);
    for (let at = end + 1; at < text.length && at - start < longestBlock; at = endOf(at) + 1) {
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
      at = readFence(at, opening).next;
      end = Math.min(at - 1, text.length);
    };
    const opening = fence.exec(line.slice(whole.length))?.[1];
    if (opening !== undefined) {
      at = start;
      skipFence(opening);
    }
    while (at < text.length && at - start < longestBlock) {
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
    for (let at = end + 1; at < text.length && at - start < longestBlock; at = endOf(at) + 1) {
      const line = lineAt(at);
      if (blank.test(line)) break;
      const level = quoted || isTable ? undefined : underline.exec(line)?.[1];
      if (level !== undefined && end - start <= longestHeading) {
        const next = endOf(at);
        const block = headingBlock(start, next, level[0] === "=" ? 1 : 2, text.slice(start, end));
        return { block, next: next + 1 };
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
    for (let at = end + 1; at < text.length && at - start < longestBlock; at = endOf(at) + 1) {
      if (blank.test(lineAt(at))) break;
      end = endOf(at);
    }
    return { block: { kind: "prose", start, end }, next: end + 1 };
  };

  const read = (start: number): Step => {
    const line = lineAt(start);
    if (blank.test(line)) return { block: null, next: endOf(start) + 1 };
    const atx = (isMdx ? headingAnywhere : heading).exec(line);
    if (atx !== null) {
      const block = headingBlock(start, endOf(start), atx[1]?.length ?? 1, atx[2] ?? "");
      return { block, next: endOf(start) + 1 };
    }
    if (!isMdx && indentation(line) >= 4) return readIndented(start);
    const opening = fence.exec(line)?.[1];
    if (opening !== undefined) return readFence(start, opening);
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
    else if (next - yieldedAt > longestBlock) yield { kind: "note", start: yieldedAt, end: at };
    if (block !== null || next - yieldedAt > longestBlock) yieldedAt = next;
    at = next;
  }
}

/** The kind of a block that ends with a closing mark; scripts and styles are no text. */
function rawKind(mark: string): "note" | "gap" | "verbatim" | "prose" {
  if (mark === "-->") return "note";
  if (mark === "</script>" || mark === "</style>") return "gap";
  return mark === "</pre>" ? "verbatim" : "prose";
}

/**
 * The end of an import or export: the first blank line at which its brackets are closed; -1 if that is too far.
 */
function moduleEnd(text: string, start: number): number {
  const window = text.slice(start, start + 20_000);
  const token =
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|[([{]|[)\]}]|\n[ \t]*\n/g;
  let depth = 0;
  for (const { 0: found, index } of window.matchAll(token)) {
    if (found.startsWith("\n") && depth <= 0) return start + index;
    if (/^[([{]$/.test(found)) depth += 1;
    else if (/^[)\]}]$/.test(found)) depth -= 1;
  }
  return depth <= 0 && start + window.length === text.length ? text.length : -1;
}
