import { decodeEntity } from "./entities.ts";

interface Taken {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Text taken out of HTML, block by block, that remembers where each part of it was. */
export interface MappedText {
  /** Appends source text: references decoded and, unless it is preformatted, white space collapsed. */
  add(source: string, from: number, to: number, preformatted: boolean): Generator<void>;
  /** Appends what is not in the source, between words of one block. */
  insert(text: string): void;
  isEmpty(): boolean;
  /** A blank line, where lines of one list or table end. */
  part(): void;
  /** Ends the block: its span and words, or null when it has none. `separator` comes after it. */
  take(separator: string): Taken | null;
  toString(): string;
  /** From a span of this text to the span of the source it came from. */
  locate(start: number, end: number): { start: number; end: number };
}

const stride = 65_536;

export function createMappedText(): MappedText {
  const finished: string[] = [];
  let length = 0;
  let current = "";
  // Kept beside it: looking at the end of a string that is being built copies it whole.
  let endsInSpace = true;
  // One entry a stretch that was copied as it stood: where it begins here, where there, and its end there.
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

  /** A reference is longer in the source than here. */
  function isReplaced(index: number): boolean {
    const next = here[index + 1] ?? length;
    return (ends[index] ?? 0) - (there[index] ?? 0) > next - (here[index] ?? 0);
  }
}

/** The last index whose value is at most `wanted`, by halving. */
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
