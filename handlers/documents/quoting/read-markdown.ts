import { rememberByText } from "../../lib/cache.ts";
import { withoutIndent } from "../../lib/text.ts";
import { codeColumns, indentedCode } from "../parsing/markdown/indented-code.ts";
import {
  admonition,
  fence,
  headingAnywhere,
  indentation,
  listMarker,
  openCode,
  quoteMarks,
  rule,
  tableRule,
} from "../parsing/markdown/markdown-lines.ts";
import { frameTitle, hiddenLines, isInclude } from "../parsing/markdown/site-lines.ts";
import type { Block } from "./block.ts";
import { createBlockBuilder } from "./block-builder.ts";
import { cleanMarkdown } from "./clean-markdown.ts";

/** The blocks of a passage cut from Markdown, in order. Linear in time. */
export const readMarkdown = rememberByText((markdown) => readSegments(markdown, indentedCode));

/** The blocks of a passage cut from MDX, which has no indented code. */
export const readMdx = rememberByText((mdx) => readSegments(mdx, () => []));

function readSegments(text: string, findIndented: typeof indentedCode): readonly Block[] {
  const builder = createBlockBuilder();
  for (const segment of segmentsOf(closeCut(text), findIndented)) {
    if (segment.kind === "code") {
      builder.code({ ...segment, lines: segment.lines.filter((line) => !isInclude(line)) });
    } else readProse(cleanMarkdown(shownLines(segment.lines).join("\n")).split("\n"), builder);
  }
  return builder.finish();
}

type Builder = ReturnType<typeof createBlockBuilder>;

/** The end of an admonition, in place of any line that frames what is around it. */
const frame = ":::";

function shownLines(lines: readonly string[]): string[] {
  const hidden = hiddenLines(lines);
  return lines
    .filter((_line, index) => hidden[index] !== true)
    .map((line) => (frameTitle(line.replace(quoteMarks, "")) === undefined ? line : frame));
}

function readProse(lines: readonly string[], builder: Builder): void {
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(quoteMarks, "");
    const below = lines[index + 1] ?? "";
    if (line.trim() === "") builder.blank();
    else if (admonition.test(line) || rule.test(line)) builder.frame();
    else if (isUnderline(line)) continue;
    else if (builder.inTable() && line.includes("|")) builder.row(line);
    else if (line.includes("|") && below.includes("|") && tableRule.test(below))
      builder.table(line);
    else if (/^\s*\|.*\|\s*$/.test(line)) builder.tableWithoutHeader(line);
    else if (headingAnywhere.test(line)) builder.heading(headingAnywhere.exec(line)?.[2] ?? "");
    else {
      const marker = listMarker.exec(line);
      if (marker !== null && marker[3] !== "") builder.item(line, marker);
      else builder.words(line, indentation(raw));
    }
  }
}

function isUnderline(line: string): boolean {
  return /^ {0,3}(?:=+|-{2,})[ \t]*$/.test(line);
}

type Segment =
  | { readonly kind: "prose"; readonly lines: string[] }
  | { readonly kind: "code"; readonly info: string; readonly indent: number; lines: string[] };

/** Fenced code, wherever it is indented, indented code, and what is between. */
function segmentsOf(markdown: string, findIndented: typeof indentedCode): Segment[] {
  const segments: Segment[] = [];
  let prose: string[] = [];
  let code: { segment: Segment & { kind: "code" }; mark: string; isQuoted: boolean } | undefined;
  const flush = () => {
    if (prose.length > 0) segments.push({ kind: "prose", lines: prose });
    prose = [];
  };
  const lines = markdown.split(/\r\n?|\n/);
  const indented = findIndented(lines);
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(quoteMarks, "");
    // Code in a quote ends with the quote.
    if (code?.isQuoted && line === raw) code = undefined;
    const opening = code === undefined ? openCode(line) : undefined;
    if (code !== undefined) {
      const inside = code.isQuoted ? line : raw;
      const mark = fence.exec(inside)?.[1];
      if (mark?.startsWith(code.mark) && /[`~][ \t]*$/.test(inside)) code = undefined;
      else code.segment.lines.push(withoutIndent(inside, code.segment.indent));
    } else if (indented[index] === true) {
      flush();
      const last = segments.at(-1);
      const goesOn = indented[index - 1] === true && last?.kind === "code";
      const block = goesOn ? last : { kind: "code" as const, info: "", indent: 0, lines: [] };
      if (!goesOn) segments.push(block);
      block.lines.push(withoutIndent(raw, codeColumns));
    } else if (opening === undefined) prose.push(raw);
    else {
      flush();
      const { mark, info, indent } = opening;
      const segment = { kind: "code" as const, info, indent, lines: [] };
      segments.push(segment);
      code = { segment, mark, isQuoted: line !== raw };
    }
  }
  flush();
  return segments;
}

/** A fence that says nothing of what it holds, as one that closes. */
function isBare(line: string): boolean {
  return /^[ \t]*(?:`+|~+)[ \t]*$/.test(line);
}

/** Where a long piece of code was cut into passages, the second begins without its fence, or has none. */
function closeCut(markdown: string): string {
  const lines = markdown.split("\n");
  const fences = lines.filter((line) => openCode(line) !== undefined);
  const [first = ""] = fences;
  const isCut = isBare(first) && (fences.length % 2 === 1 || closesFirst(lines, first));
  if (isCut) return `${first.trim()}\n${markdown}`;
  return fences.length === 0 && looksLikeCode(lines) ? `\`\`\`\n${markdown}\n\`\`\`` : markdown;
}

/**
 * Whether the first of an even number of fences closes code that was cut off: then the next one opens, with
 * an info string or below a step of the list that goes on.
 */
function closesFirst(lines: readonly string[], first: string): boolean {
  const at = lines.indexOf(first);
  const next = lines.findIndex((line, index) => index > at && fence.test(line));
  if (!isBare(lines[next] ?? "")) return true;
  const below = lines.slice(at + 1, next).find((line) => line.trim() !== "") ?? "";
  return at > 0 && /^[ \t]*\d{1,3}[.)][ \t]+\p{L}/u.test(below);
}

/** How code's lines begin or end, and those of prose seldom do. */
const codeLine =
  /^(?: {4}|\t)|[;{}([,]$|^[ \t]*(?:#|\/\/|\/\*|\*\/|[})\]]|(?:def|class|import|from|return|const|let|var|if|for|while|else|elif|try|except|public|private|function|export|self\.)\b)|^[ \t]*[\w.\]["'[]+ ?(?:=|\+=|:=)/;

/** Whether a stretch without fences is the middle of a piece of code. */
function looksLikeCode(lines: readonly string[]): boolean {
  const written = lines.map((line) => line.slice(0, 200).trimEnd()).filter((line) => line !== "");
  const code = written.filter((line) => codeLine.test(line) && !/^ *(?:[-*+]|\d+[.)]) /.test(line));
  return written.length >= 4 && code.length >= 0.7 * written.length;
}
