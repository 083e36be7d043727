import { fenceCode } from "./fenced-text.ts";
import { markRow, repeatHeader } from "./marked-lines.ts";
import type { NumberRows } from "./number-rows.ts";
import { decodeRow } from "./row-code.ts";

// UTF-16 units. A longer header is not repeated.
const longestHeader = 300;

/**
 * A slice of a page's text, with Markdown's marks of items, rows of tables and code. Where a table goes on, its header is
 * repeated.
 *
 * @param start the slice's place in the text
 * @param rows start, end and form of each row of the text; a negative form is a heading's
 */
export function markPassage(whole: string, start: number, until: number, rows: NumberRows): string {
  const pieces: string[] = [];
  let at = start;
  let repeated = -1;
  const formOf = (row: number) => decodeRow(Math.max(0, rows.get(row, 2)));
  const wordsOf = (row: number) => whole.slice(rows.get(row, 0), rows.get(row, 1));
  const isCode = (row: number) => formOf(row).kind === "verbatim";
  const begins = (row: number) => row < rows.length && rows.get(row, 0) < until;
  for (let row = rowAt(start, rows); begins(row); row += 1) {
    const offset = rows.get(row, 0);
    const isCut = offset < start;
    const form = formOf(row);
    // Code may be several rows.
    if (isCode(row)) while (begins(row + 1) && isCode(row + 1)) row += 1;
    const from = Math.max(start, offset);
    const end = Math.min(until, rows.get(row, 1));
    const gap = whole.slice(at, from);
    const words = whole.slice(from, end);
    pieces.push(form.kind === "more" && gap === "\n" ? "\n\n" : gap);
    const header = row - form.header;
    if (form.header > 0 && !isCut && rows.get(header, 0) < start && header !== repeated) {
      repeated = header;
      const cells = wordsOf(header);
      if (at > start) pieces.push("\n");
      if (cells.length <= longestHeader) pieces.push(repeatHeader(cells, formOf(header)));
    }
    pieces.push(
      form.kind === "verbatim" ? fenceCode(words, form.depth) : markRow(words, form, isCut),
    );
    at = end;
  }
  return pieces.join("") + whole.slice(at, until);
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
