import { rememberByText } from "../../../lib/cache.ts";
import { withoutIndent } from "../../../lib/text.ts";
import type { TextSpan } from "../../../contract/text-span.ts";
import { codeColumns, indentedCode } from "./indented-code.ts";
import { inlineText } from "./inline-text.ts";
import {
  admonition,
  blank,
  fence,
  heading,
  headingParts,
  listMarker,
  openCode,
  quoteMarks,
  rule,
  tableRule,
  underline,
} from "./markdown-lines.ts";
import { frameTitle, hiddenLines } from "./site-lines.ts";

/**
 * The words of Markdown or MDX, for indexing and quoting: without marks, links as their text, images as their
 * description. Each paragraph, list item, table row and line of code becomes one line; blank lines between
 * blocks stay. Takes linear time.
 */
export function plainText(markdown: string): string {
  return read(markdown).text;
}

/** `plainText` for MDX, which has no indented code. */
export function plainMdx(mdx: string): string {
  return readMdx(mdx).text;
}

/** `codeSpans` for MDX. */
export function mdxCodeSpans(mdx: string): readonly TextSpan[] {
  return readMdx(mdx).code;
}

/** The stretches of `plainText(markdown)` that are lines of code, each fenced block one, in order. */
export function codeSpans(markdown: string): readonly TextSpan[] {
  return read(markdown).code;
}

const read = rememberByText((markdown) => joinLines(readLines(markdown, indentedCode)));
const readMdx = rememberByText((mdx) => joinLines(readLines(mdx, () => [])));

interface PlainLine {
  readonly text: string;
  /** The number of its fenced block; undefined: not code. */
  readonly block: number | undefined;
}

function readLines(markdown: string, findIndented: typeof indentedCode): PlainLine[] {
  const lines = markdown.split(/\r\n?|\n/);
  const out: PlainLine[] = [];
  let block: string[] = [];
  let code:
    | { readonly mark: string; readonly indent: number; readonly isQuoted: boolean }
    | undefined;
  let codeBlocks = 0;
  let inTable = false;
  let inPre = false;

  const flush = () => {
    if (block.length === 0) return;
    const text = inlineText(block.join("\n"));
    block = [];
    // Soft line breaks become spaces; hard ones were marked before.
    const tidy = text
      .replace(/[^\S\n\u2028]+/g, " ")
      .replace(/ ?\n ?/g, " ")
      .replace(/ ?\u2028 ?/g, "\n")
      .trim();
    if (tidy !== "") out.push({ text: tidy, block: undefined });
  };
  const part = () => {
    flush();
    out.push({ text: "", block: undefined });
  };

  const hidden = hiddenLines(lines);
  const indented = findIndented(lines);
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(quoteMarks, "");
    // Code in a quote ends with the quote.
    if (code?.isQuoted && line === raw) code = undefined;
    if (code !== undefined) {
      const inside = code.isQuoted ? line : raw;
      const closing = fence.exec(inside)?.[1];
      if (closing?.startsWith(code.mark) && /[`~][ \t]*$/.test(inside)) code = undefined;
      else out.push({ text: withoutIndent(inside, code.indent).trimEnd(), block: codeBlocks });
      continue;
    }
    if (indented[index] === true) {
      flush();
      if (indented[index - 1] !== true) codeBlocks += 1;
      out.push({ text: withoutIndent(raw, codeColumns).trimEnd(), block: codeBlocks });
      continue;
    }
    const opening = openCode(line);
    if (opening !== undefined) {
      flush();
      code = { ...opening, isQuoted: line !== raw };
      codeBlocks += 1;
      continue;
    }
    if (inPre || openingPre.test(line)) {
      inPre = !closingPre.test(line);
      block.push(line);
      flush();
    } else if (blank.test(line)) {
      part();
      inTable = false;
    } else if (isLoneTag(line)) {
      flush();
      block.push(line);
      flush();
    } else if (hidden[index] === true || isFrame(line, block.length > 0)) {
      flush();
    } else if (tableRule.test(line) && line.includes("-") && (line.includes("|") || inTable)) {
      inTable = true;
    } else if (inTable || isRow(line, lines[index + 1])) {
      inTable = true;
      flush();
      block.push(cells(line));
      flush();
    } else {
      const words = unmark(line);
      if (words.starts) flush();
      const isLast = lines[index + 1] === undefined;
      const isHard = !isLast && (words.text.endsWith("  ") || words.text.endsWith("\\"));
      block.push(isHard ? `${words.text.trimEnd().replace(/\\$/, "")}\u2028` : words.text);
      if (words.ends) flush();
    }
  }
  flush();
  return out;
}

/** Joins lines to a text with at most one blank line between two others, and none at its ends. */
function joinLines(lines: readonly PlainLine[]): { text: string; code: TextSpan[] } {
  const pieces: string[] = [];
  const code: { start: number; end: number; block: number }[] = [];
  let length = 0;
  let isBlank = false;
  for (const { text, block } of lines) {
    if (text === "") {
      isBlank = pieces.length > 0;
      continue;
    }
    const gap = pieces.length === 0 ? "" : isBlank ? "\n\n" : "\n";
    isBlank = false;
    pieces.push(gap, text);
    const start = length + gap.length;
    length = start + text.length;
    const last = code.at(-1);
    if (block === undefined) continue;
    if (last?.block === block) last.end = length;
    else code.push({ start, end: length, block });
  }
  return { text: pieces.join(""), code: code.map(({ start, end }) => ({ start, end })) };
}

const openingPre = /<pre[\s>]/i;
const closingPre = /<\/pre>/i;

/** Whether a line has no words: a rule, a heading's underline, an admonition's end. */
function isFrame(line: string, underText: boolean): boolean {
  if (rule.test(line) || (underText && underline.test(line))) return true;
  return admonition.test(line) && /^:{3,}[ \t]*[\w-]*(?:\{[^}]*\})?$/.test(line.trim());
}

/** Whether a line is a single tag, which separates the lines around it. */
function isLoneTag(line: string): boolean {
  return (
    /^[ \t]*<\/?[a-z][^<>]{0,1000}>[ \t]*$/i.test(line) &&
    !/^[ \t]*<(?:br|script|style)\b/i.test(line)
  );
}

function isRow(line: string, below: string | undefined): boolean {
  if (!line.includes("|")) return false;
  if (/^[ \t]*\|.*\|[ \t]*$/.test(line)) return true;
  return below !== undefined && below.includes("|") && tableRule.test(below);
}

function cells(line: string): string {
  return line
    .replace(/^[ \t]*\|/, "")
    .replace(/\|[ \t]*$/, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
    .filter((cell) => cell !== "")
    .join(" \u00B7 ");
}

/** Removes a line's leading marks; tells whether it begins or ends a line of the result. */
function unmark(line: string): { text: string; starts: boolean; ends: boolean } {
  const title = heading.exec(line);
  if (title !== null) {
    return { text: headingParts(title[2] ?? "").text, starts: true, ends: true };
  }
  const framed = frameTitle(line);
  if (framed !== undefined) return { text: framed, starts: true, ends: true };
  if (admonition.test(line)) {
    const text = line
      .replace(/^[ \t]*:{3,}[ \t]*[\w-]*(?:\{[^}]*\})?[ \t]*/, "")
      .replace(/^\[(.*)\].*$/, "$1");
    return { text, starts: true, ends: true };
  }
  let text = line;
  // Nested lists may begin on one line.
  for (let depth = 0; depth < 8; depth += 1) {
    const marker = listMarker.exec(text);
    if (marker === null) break;
    text = text.slice(marker[0].length).replace(/^\[[ xX]\][ \t]+/, "");
  }
  return {
    text: text === line ? line.replace(/^[ \t]+/, "") : text,
    starts: text !== line,
    ends: false,
  };
}
