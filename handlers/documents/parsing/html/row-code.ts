/** What a row of a page's text is, in a number that a column of `NumberRows` holds. */
export interface RowForm {
  /** `item`: the beginning of a list's item; `more`: what else stands in an item. */
  readonly kind: "prose" | "item" | "verbatim" | "row" | "more";
  /** How many items it stands in, at most 5. */
  readonly depth: number;
  /** An item's number, or null; for a table's row the number of empty cells before its first. */
  readonly number: number | null;
  /** Whether it is a table's header. */
  readonly isHeader: boolean;
  /** Of a table's row: how many rows before it the header is; 0 where there is none. */
  readonly header: number;
}

/** Stands between two cells of a row until its passage is written: no text has it. */
export const cellBorder = "\u001F";

const kinds = ["prose", "item", "verbatim", "row", "more"] as const;
const deepest = 5;
const highest = 9_999_999;
// Of the 24 bits for a number, a table's row has 7 for its empty cells and the others for its header.
const empties = 128;
const farthest = 2 ** 17 - 1;

/** Packs a row's form into a number that is not negative. */
export function encodeRow({ kind, depth, number, isHeader, header }: RowForm): number {
  const counted = number === null ? 0 : Math.min(number, highest) + 1;
  const last =
    kind === "row" ? (number ?? 0) + empties * (header > farthest ? 0 : header) : counted;
  const isHead = isHeader ? 1 : 0;
  return kinds.indexOf(kind) + 8 * (Math.min(depth, deepest) + 8 * (isHead + 2 * last));
}

/** Reads a number of `encodeRow`. */
export function decodeRow(code: number): RowForm {
  const kind = kinds[code & 7] ?? "prose";
  const last = code >> 7;
  const form = { kind, depth: (code >> 3) & 7, isHeader: ((code >> 6) & 1) === 1 };
  if (kind === "row") {
    return { ...form, number: last % empties, header: Math.floor(last / empties) };
  }
  return { ...form, number: last === 0 ? null : last - 1, header: 0 };
}
