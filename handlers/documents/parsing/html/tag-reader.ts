import { cutText } from "../../../lib/text.ts";

/** Attributes that are read; the others are skipped. */
export type AttributeName =
  | "id"
  | "name"
  | "content"
  | "alt"
  | "hidden"
  | "aria-hidden"
  | "start"
  | "value"
  | "colspan"
  | "rowspan";

export interface Tag {
  readonly kind: "open" | "close";
  /** In lower case. */
  readonly name: string;
  /** Whether it ends with `/>`. */
  readonly isSelfClosing: boolean;
  /** The offset after it. */
  readonly end: number;
  /** The undecoded values of its attributes, each at most 2,000 units; `""` for one without a value. */
  readonly attributes: Attributes;
}

export type Attributes = ReadonlyMap<string, string>;

const none: Attributes = new Map();
const wanted: ReadonlySet<string> = new Set<AttributeName>([
  "id",
  "name",
  "content",
  "alt",
  "hidden",
  "aria-hidden",
  "start",
  "value",
  "colspan",
  "rowspan",
]);
const longestName = "aria-hidden".length;
const longestValue = 2_000;
// Units of a tag that are read, besides quoted values; a longer tag was never closed.
const longestTag = 65_536;

// Classes of ASCII characters, as bits; other characters have none.
const blank = 1;
const slash = 2;
const greater = 4;
const equals = 8;
const classes = new Uint8Array(128);
for (const character of " \t\n\f\r") classes[character.charCodeAt(0)] = blank;
classes["/".charCodeAt(0)] = slash;
classes[">".charCodeAt(0)] = greater;
classes["=".charCodeAt(0)] = equals;

/**
 * Creates a function that reads the tag at an offset, by the HTML Standard's rules (§13.2.5), except that a
 * quote without a closing one does not swallow the rest of the page. Reading all tags takes linear time.
 */
export function createTagReader(source: string): (from: number) => Tag {
  // A quote that was not found from some offset on is not searched again.
  const unclosed = new Set<string>();
  let at = 0;
  let limit = 0;

  const isAt = (mask: number) => ((classes[source.charCodeAt(at)] ?? 0) & mask) !== 0;
  const skip = (mask: number) => {
    while (at < limit && isAt(mask)) at += 1;
  };
  const skipUntil = (mask: number) => {
    while (at < limit && !isAt(mask)) at += 1;
  };

  const quotedEnd = (): number => {
    const quote = source.charAt(at);
    if ((quote !== '"' && quote !== "'") || unclosed.has(quote)) return -1;
    const end = source.indexOf(quote, at + 1);
    if (end === -1) unclosed.add(quote);
    return end;
  };

  const readValue = (): string => {
    skip(blank);
    if (!isAt(equals)) return "";
    at += 1;
    skip(blank);
    const start = at;
    const end = quotedEnd();
    if (end === -1) {
      skipUntil(blank | greater);
      return cutText(source.slice(start, at), longestValue);
    }
    at = end + 1;
    limit = Math.min(source.length, limit + at - start);
    return cutText(source.slice(start + 1, end), longestValue);
  };

  return (from) => {
    const kind = source[from + 1] === "/" ? "close" : "open";
    at = from + (kind === "close" ? 2 : 1);
    limit = Math.min(source.length, at + longestTag);
    const nameStart = at;
    skipUntil(blank | slash | greater);
    const name = source.slice(nameStart, at).toLowerCase();
    let attributes: Map<string, string> | undefined;
    for (;;) {
      skip(blank | slash);
      if (at >= limit || isAt(greater)) break;
      const start = at;
      // An attribute's name may begin with `=`.
      at += 1;
      skipUntil(blank | slash | greater | equals);
      const key = at - start > longestName ? "" : source.slice(start, at).toLowerCase();
      const value = readValue();
      if (!wanted.has(key)) continue;
      attributes ??= new Map();
      if (!attributes.has(key)) attributes.set(key, value);
    }
    const closing = source.indexOf(">", at);
    const end = closing === -1 ? source.length : closing + 1;
    const isSelfClosing = closing > 0 && source[closing - 1] === "/";
    return { kind, name, isSelfClosing, end, attributes: attributes ?? none };
  };
}
