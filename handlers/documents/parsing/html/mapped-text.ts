import { decodeEntity } from "./entities.ts";

interface Taken {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Text extracted from HTML block by block, with the source position of each part. */
export interface MappedText {
  /** Appends source text: references decoded and, unless it is preformatted, white space collapsed. */
  add(source: string, from: number, to: number, preformatted: boolean): Generator<void>;
  /** Appends text that is not in the source, between words of a block. */
  insert(text: string): void;
  isEmpty(): boolean;
  /** Adds a blank line, where a list or table ends. */
  part(): void;
  /** Ends the block and returns its span and words, or null if it has none. Appends `separator`. */
  take(separator: string): Taken | null;
  toString(): string;
  /** Converts a span of this text into a span of the source. */
  locate(start: number, end: number): { start: number; end: number };
}

const stride = 65_536;

/** Creates an empty text. */
export function createMappedText(): MappedText {
  const finished: string[] = [];
  let length = 0;
  let current = "";
  // Kept separately, because reading the end of a string under construction copies it.
  let endsInSpace = true;
  // One entry for each unchanged copy: its start here, its start in the source, its end in the source.
  const here: number[] = [];
  const there: number[] = [];
  const ends: number[] = [];

  const append = (text: string, from: number, to: number) => {
    const at = length + current.length;
    const last = here.length - 1;
    const isCopy = to - from === text.length;
    const follows = ends[last] === from && (here[last] ?? 0) + from - (there[last] ?? 0) === at;
    if (isCopy && follows) {
      ends[last] = to;
    } else {
      here.push(at);
      there.push(from);
      ends.push(to);
    }
    current += text;
    endsInSpace = /\s$/.test(text);
  };

  function* add(source: string, from: number, to: number, preformatted: boolean): Generator<void> {
    const token = preformatted
      ? /[^&]+|&(?:#?\w{1,31};?)?/g
      : /[^\s&]+(?: [^\s&]+){0,200}|\s+|&(?:#?\w{1,31};?)?/g;
    let pausedAt = from;
    token.lastIndex = from;
    for (let at = from; at < to; at = token.lastIndex) {
      const piece = token.exec(source)?.[0].slice(0, to - at) ?? "";
      if (piece === "") break;
      const isSpace = !preformatted && /^\s/.test(piece);
      if (isSpace && endsInSpace) continue;
      const text = isSpace ? " " : piece.startsWith("&") ? (decodeEntity(piece) ?? piece) : piece;
      append(text, at, at + piece.length);
      if (at - pausedAt < stride) continue;
      pausedAt = at;
      yield;
    }
  }

  return {
    add,
    isEmpty: () => current === "",
    part() {
      if (current !== "" || finished.length === 0 || finished.at(-1) !== "\n") return;
      finished.push("\n");
      length += 1;
    },
    insert(text) {
      if (current === "" && text.trim() === "") return;
      current += endsInSpace ? text.trimStart() : text;
      endsInSpace = /\s$/.test(text);
    },
    take(separator) {
      const text = current.trimEnd();
      current = "";
      endsInSpace = true;
      const span = { start: length, end: length + text.length, text };
      while ((here.at(-1) ?? -1) >= span.end) {
        here.pop();
        there.pop();
        ends.pop();
      }
      if (text === "") return null;
      finished.push(text, separator);
      length = span.end + separator.length;
      return span;
    },
    toString: () => finished.join(""),
    locate(start, end) {
      const first = indexAt(here, start);
      const last = indexAt(here, end - 1);
      const from = (there[first] ?? 0) + (start - (here[first] ?? 0));
      const to = (there[last] ?? 0) + (end - (here[last] ?? 0));
      return {
        start: Math.min(from, ends[first] ?? from),
        end: isReplaced(last) ? (ends[last] ?? to) : Math.min(to, ends[last] ?? to),
      };
    },
  };

  /** Whether a character was written as a reference, which is longer in the source. */
  function isReplaced(index: number): boolean {
    const next = here[index + 1] ?? length;
    return (ends[index] ?? 0) - (there[index] ?? 0) > next - (here[index] ?? 0);
  }
}

/** The last index whose value is at most `wanted`, by binary search. */
function indexAt(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
