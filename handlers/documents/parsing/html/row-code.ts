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
}

/** Stands between two cells of a row until its passage is written: no text has it. */
export const cellBorder = "\u001F";

const kinds = ["prose", "item", "verbatim", "row", "more"] as const;
const deepest = 5;
const highest = 9_999_999;

/** Packs a row's form into a number that is not negative. */
export function encodeRow({ kind, depth, number, isHeader }: RowForm): number {
  const counted = number === null ? 0 : Math.min(Math.max(number, 0), highest) + 1;
  const isHead = isHeader ? 1 : 0;
  return kinds.indexOf(kind) + 8 * (Math.min(depth, deepest) + 8 * (isHead + 2 * counted));
}

/** Reads a number of `encodeRow`. */
export function decodeRow(code: number): RowForm {
  const counted = code >> 7;
  return {
    kind: kinds[code & 7] ?? "prose",
    depth: (code >> 3) & 7,
    isHeader: ((code >> 6) & 1) === 1,
    number: counted === 0 ? null : counted - 1,
  };
}
