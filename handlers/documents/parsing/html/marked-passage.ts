import { fenceCode } from "./fenced-text.ts";
import { markRow } from "./marked-lines.ts";
import type { NumberRows } from "./number-rows.ts";
import { decodeRow } from "./row-code.ts";

/**
 * A slice of a page's text, with Markdown's marks of items, rows of tables and code.
 *
 * @param start the slice's place in the text
 * @param rows start, end and form of each row of the text; a negative form is a heading's
 */
export function markPassage(slice: string, start: number, rows: NumberRows): string {
  const pieces: string[] = [];
  let at = 0;
  const formOf = (row: number) => decodeRow(Math.max(0, rows.get(row, 2)));
  const isCode = (row: number) => formOf(row).kind === "verbatim";
  const begins = (row: number) => row < rows.length && rows.get(row, 0) - start < slice.length;
  for (let row = rowAt(start, rows); begins(row); row += 1) {
    const offset = rows.get(row, 0) - start;
    const from = Math.max(0, offset);
    const form = formOf(row);
    // Code may be several rows.
    if (isCode(row)) while (begins(row + 1) && isCode(row + 1)) row += 1;
    const end = Math.min(slice.length, rows.get(row, 1) - start);
    const gap = slice.slice(at, from);
    const words = slice.slice(from, end);
    pieces.push(form.kind === "more" && gap === "\n" ? "\n\n" : gap);
    pieces.push(
      form.kind === "verbatim" ? fenceCode(words, form.depth) : markRow(words, form, offset < 0),
    );
    at = end;
  }
  return pieces.join("") + slice.slice(at);
}

/** The first row that ends behind an offset, by binary search. */
function rowAt(offset: number, rows: NumberRows): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows.get(middle, 1) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
