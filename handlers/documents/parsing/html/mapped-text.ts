import { decodeEntity } from "./entities.ts";
import { createNumberRows } from "./number-rows.ts";

interface Taken {
  readonly start: number;
  readonly end: number;
  /** The first 1,000 units of its text. */
  readonly beginning: string;
}

/** Text extracted from HTML block by block, with the source position of each part. */
export interface MappedText {
  /** Appends source text: references decoded and, unless it is preformatted, white space collapsed. */
  add(source: string, from: number, to: number, preformatted: boolean): Generator<void>;
  /** Appends text that is not in the source, between words of a block. */
  insert(text: string): void;
  /** UTF-16 units of the block. */
  size(): number;
  /** Adds a blank line, where a list or table ends. */
  part(): void;
  /** Ends the block and returns its span and words, or null if it has none. Appends `separator`. */
  take(separator: string): Taken | null;
  toString(): string;
  /** Converts a span of this text into a span of the source. */
  locate(start: number, end: number): { start: number; end: number };
}

// UTF-16 units between two places to pause, and of a piece in which text is collected.
const stride = 2_048;
// Units of a character reference, at most.
const longestReference = 33;
const longestBeginning = 1_000;

// Columns of a row: where a copy starts here, where it starts in the source, where it ends in the source.
const here = 0;
const there = 1;
const ends = 2;

/** Creates an empty text. Adding takes time linear in what is added. */
export function createMappedText(): MappedText {
  const finished = createPieces();
  let length = 0;
  let separator = "";
  const block = createPieces();
  let blockLength = 0;
  let endsInSpace = true;
  const copies = createNumberRows();

  const append = (text: string, from: number, to: number) => {
    const at = length + blockLength;
    const last = copies.length - 1;
    const follows =
      last >= 0 &&
      copies.get(last, ends) === from &&
      copies.get(last, here) + from - copies.get(last, there) === at;
    if (to - from === text.length && follows) copies.set(last, ends, to);
    else copies.push(at, from, to);
    write(text);
  };

  const write = (text: string) => {
    block.add(text);
    blockLength += text.length;
    endsInSpace = /\s/.test(text.charAt(text.length - 1));
  };

  const finish = (text: string) => {
    finished.add(text);
    length += text.length;
  };

  function* add(source: string, from: number, to: number, preformatted: boolean): Generator<void> {
    const token = preformatted
      ? /[^&]+|&(?:#?\w{1,31};?)?/g
      : /[^\s&]+(?: [^\s&]+){0,200}|\s+|&(?:#?\w{1,31};?)?/g;
    for (let start = from; start < to;) {
      const end = pieceEnd(source, start, to);
      for (const { 0: piece, index } of source.slice(start, end).matchAll(token)) {
        const isSpace = !preformatted && /^\s/.test(piece);
        if (isSpace && endsInSpace) continue;
        const text = isSpace ? " " : piece.startsWith("&") ? (decodeEntity(piece) ?? piece) : piece;
        append(text, start + index, start + index + piece.length);
      }
      start = end;
      if (start < to) yield;
    }
  }

  return {
    add,
    size: () => blockLength,
    part() {
      if (blockLength > 0 || separator !== "\n") return;
      finish("\n");
      separator = "\n\n";
    },
    insert(text) {
      if (blockLength === 0 && text.trim() === "") return;
      const added = endsInSpace ? text.trimStart() : text;
      if (added === "") return;
      write(added);
    },
    take(given) {
      const pieces = block.take();
      let last = "";
      while (last === "" && pieces.length > 0) last = (pieces.pop() ?? "").trimEnd();
      pieces.push(last);
      const start = length;
      const end = start + pieces.reduce((sum, piece) => sum + piece.length, 0);
      while (copies.length > 0 && copies.get(copies.length - 1, here) >= end) copies.pop();
      blockLength = 0;
      endsInSpace = true;
      if (end === start) return null;
      for (const piece of pieces) finish(piece);
      finish(given);
      separator = given;
      return { start, end, beginning: (pieces[0] ?? "").slice(0, longestBeginning) };
    },
    toString: () => finished.take().join(""),
    locate(start, end) {
      const first = copyAt(start);
      const last = copyAt(end - 1);
      const from = copies.get(first, there) + (start - copies.get(first, here));
      const to = copies.get(last, there) + (end - copies.get(last, here));
      return {
        start: Math.min(from, copies.get(first, ends)),
        end: isReplaced(last) ? copies.get(last, ends) : Math.min(to, copies.get(last, ends)),
      };
    },
  };

  /** Whether a character was written as a reference, which is longer in the source. */
  function isReplaced(copy: number): boolean {
    const next = copy + 1 < copies.length ? copies.get(copy + 1, here) : length;
    return copies.get(copy, ends) - copies.get(copy, there) > next - copies.get(copy, here);
  }

  /** The last copy that starts at or before an offset of this text, by binary search. */
  function copyAt(wanted: number): number {
    let low = 0;
    let high = copies.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (copies.get(middle, here) <= wanted) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Collects text in pieces of about `stride` units: a string of millions of parts takes long to join. */
function createPieces() {
  let pieces: string[] = [];
  let parts: string[] = [];
  let length = 0;
  const join = () => {
    pieces.push(parts.join(""));
    parts = [];
    length = 0;
  };
  return {
    add(text: string) {
      parts.push(text);
      length += text.length;
      if (length >= stride) join();
    },
    /** All pieces so far, of which none are left then. */
    take(): string[] {
      join();
      const taken = pieces;
      pieces = [];
      return taken;
    },
  };
}

/** The end of a piece of source text of at most `stride` units that cuts no character reference. */
function pieceEnd(source: string, from: number, to: number): number {
  const end = from + stride;
  if (end >= to) return to;
  const reference = source.slice(end - longestReference, end).lastIndexOf("&");
  return reference === -1 ? end : end - longestReference + reference;
}
