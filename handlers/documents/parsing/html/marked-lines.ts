import { listMarker } from "../markdown/markdown-lines.ts";
import { cellBorder, type RowForm } from "./row-code.ts";

/** What stands before an item's items, and before what else is in it. */
export const itemIndent = "    ";

/** The words of a row with Markdown's marks of a list's item or a table's row, so that its passage keeps its shape. */
export function markRow(words: string, form: RowForm, isCut: boolean): string {
  const indent = itemIndent.repeat(form.depth);
  if (form.kind === "row") return markCells(words, form, isCut);
  const lines = words.split("\n").map((line) => escapeMark(line.replace(/^[ \t]+/, "")));
  if (form.kind === "prose" || isCut) return lines.join("\n");
  if (form.kind === "more") return lines.map((line) => indent + line).join("\n");
  const mark = form.number === null ? "-" : `${form.number}.`;
  const [first = ""] = words.split("\n", 1);
  return [
    `${indent}${mark} ${first}`,
    ...lines.slice(1).map((line) => `${indent}${itemIndent}${line}`),
  ].join("\n");
}

/** A table's header again, above a passage in which it goes on. Its rule differs, so that its words count once. */
export function repeatHeader(words: string, form: RowForm): string {
  const cells = cellsOf(words, form, false);
  return `${writeCells(cells)}\n|${":---|".repeat(cells.length)}\n`;
}

function markCells(words: string, form: RowForm, isCut: boolean): string {
  const cells = cellsOf(words, form, isCut);
  const rule = form.isHeader && !isCut ? `\n|${"---|".repeat(cells.length)}` : "";
  return writeCells(cells) + rule;
}

function cellsOf(words: string, { number }: RowForm, isCut: boolean): string[] {
  const empty = Array.from({ length: isCut ? 0 : (number ?? 0) }, () => "");
  const written = words.split(cellBorder).map((cell) => cell.replace(/\s+/g, " ").trim());
  return [...empty, ...written];
}

/** A table's row of Markdown. */
export function writeCells(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The cells of a table's row; undefined for other lines. */
export function readCells(line: string): string[] | undefined {
  if (!/^\|.*\|$/.test(line) || line.length < 2) return undefined;
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Whether a line is the one below a table's header. */
export function isCellRule(line: string): boolean {
  return /^\|(?::?---\|)+$/.test(line);
}

/** The words of lines, without what was added to them. */
export function unmarkedLines(lines: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    if (isCellRule(line) || lines[index + 1]?.startsWith("|:---|") === true) return [];
    const cells = readCells(line);
    if (cells !== undefined) return [cells.filter((cell) => cell !== "").join(" \u00B7 ")];
    const marker = listMarker.exec(line)?.[0];
    return [
      marker === undefined ? unescapeMark(line.replace(/^ +/, "")) : line.slice(marker.length),
    ];
  });
}

// What would be taken for a mark stands behind one backslash more than it has.
const number = /^(\d{1,9})(\\*[.)](?:[ \t]|$))/;
const mark = /^\\*(?:[-*+](?:[ \t]|$)|\||`{3})/;

function escapeMark(line: string): string {
  return line.replace(number, "$1\\$2").replace(mark, "\\$&");
}

/** A line of words as it was before it was marked. */
export function unescapeMark(line: string): string {
  const escaped = /^(\d{1,9})\\(\\*[.)](?:[ \t]|$))/;
  if (escaped.test(line)) return line.replace(escaped, "$1$2");
  return line.startsWith("\\") && mark.test(line) ? line.slice(1) : line;
}
