import type { MediaType } from "../../ports/document-source.ts";
import { readableText } from "../parsing/readable-text.ts";
import { readStretches } from "../parsing/html/fenced-text.ts";
import { isCellRule, readCells, unescapeMark, writeCells } from "../parsing/html/marked-lines.ts";
import { indentation, listMarker } from "../parsing/markdown/markdown-lines.ts";
import type { Block } from "./block.ts";
import { createBlockBuilder } from "./block-builder.ts";
import { escapeText } from "./escape-text.ts";
import { readMarkdown, readMdx } from "./read-markdown.ts";

/** The blocks of a passage, in order, by what it was cut from. */
export function readBlocks(text: string, mediaType: MediaType): readonly Block[] {
  if (mediaType === "text/markdown") return readMarkdown(text);
  if (mediaType === "text/mdx") return readMdx(text);
  const builder = createBlockBuilder();
  if (mediaType === "text/html") {
    for (const { kind, indent, lines } of readStretches(text)) {
      if (kind === "code") builder.code({ info: "", indent, lines });
      else readMarkedLines(lines, builder);
    }
  } else {
    for (const line of readableText(text, mediaType).split("\n")) readParagraph(line, builder);
  }
  return builder.finish();
}

type Builder = ReturnType<typeof createBlockBuilder>;

/** A line is a paragraph; one without a letter or digit only separates others. */
function readParagraph(line: string, builder: Builder): void {
  if (!/[\p{L}\p{N}]/u.test(line)) return;
  builder.words(escapeText(line.trim()), 0);
  builder.blank();
}

/** Lines of a page of HTML: items, rows of tables, and paragraphs. */
function readMarkedLines(lines: readonly string[], builder: Builder): void {
  for (const [index, line] of lines.entries()) {
    const cells = readCells(line);
    const marker = listMarker.exec(line);
    if (line === "") builder.blank();
    else if (isCellRule(line)) {
      if (isHeader(lines, index - 1)) builder.row(line.replaceAll(":", ""));
    } else if (cells !== undefined) {
      const row = writeCells(cells.map(escapeText));
      if (builder.inTable()) builder.row(row);
      else if (isHeader(lines, index)) builder.table(row);
      else builder.tableWithoutHeader(row);
    } else if (!/[\p{L}\p{N}]/u.test(line)) builder.blank();
    else if (marker !== null && marker[3] !== "") builder.item(escapeText(line), marker);
    else if (line.startsWith(" ")) {
      builder.words(escapeText(unescapeMark(line.trim())), indentation(line));
    } else readParagraph(unescapeMark(line), builder);
  }
}

/** Whether a table's row has a rule below it, and other rows. */
function isHeader(lines: readonly string[], index: number): boolean {
  return isCellRule(lines[index + 1] ?? "") && readCells(lines[index + 2] ?? "") !== undefined;
}
