/** Rows of three 32-bit integers, which take 12 bytes each and grow without copying the earlier ones. */
export interface NumberRows {
  readonly length: number;
  push(first: number, second: number, third: number): void;
  /** A number of a row; `column` is 0, 1 or 2. */
  get(row: number, column: number): number;
  set(row: number, column: number, value: number): void;
  /** Removes the last row. */
  pop(): void;
}

const width = 3;
const bits = 13;
const rowsPerChunk = 2 ** bits;

/** Creates an empty list of rows. A page of 10 MB has millions of spans: as objects they take hundreds of MB. */
export function createNumberRows(): NumberRows {
  const chunks: Int32Array[] = [];
  let length = 0;
  const set = (row: number, column: number, value: number) => {
    const chunk = (chunks[row >> bits] ??= new Int32Array(rowsPerChunk * width));
    chunk[place(row, column)] = value;
  };
  return {
    get length() {
      return length;
    },
    push(first, second, third) {
      set(length, 0, first);
      set(length, 1, second);
      set(length, 2, third);
      length += 1;
    },
    get: (row, column) => chunks[row >> bits]?.[place(row, column)] ?? 0,
    set,
    pop() {
      length -= 1;
    },
  };
}

/** Where a number of a row stands in its chunk. */
function place(row: number, column: number): number {
  return (row & (rowsPerChunk - 1)) * width + column;
}
