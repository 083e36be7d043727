/*
 * PostgreSQL's text holds no U+0000, and a lone surrogate (half of a character outside the basic plane)
 * has no UTF-8. One policy for both: user input is refused, model output is stripped, documents are
 * replaced. Schemas refuse with `storableText` in text-schema.ts.
 */

/** The most levels of nesting that are accepted in JSON; no schema or tool needs more. */
export const maximumDepth = 32;

/** Whether a text has U+0000, for which input is refused. */
export function hasNul(text: string): boolean {
  return text.includes("\0");
}

/** A model's whole text in a form that can be stored: without U+0000, each lone surrogate replaced by U+FFFD. */
export function stripText(text: string): string {
  return stripNul(text).toWellFormed();
}

/** A piece of a model's stream without U+0000. A lone surrogate at its end may be completed by the next piece. */
export function stripNul(piece: string): string {
  return piece.replaceAll("\0", "");
}

/** The first `length` UTF-16 units of a text, without half a character at their end. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, Math.max(length, 0)).replace(/[\uD800-\uDBFF]$/, "");
}

/**
 * A text as one line of at most `length` UTF-16 units, to be shown beside other text: line breaks and control
 * characters become spaces. Characters that reorder the line or cannot be seen are left out, but for those that
 * scripts and emoji need.
 */
export function toOneLine(text: string, length: number): string {
  const line = text
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .replaceAll(/(?!\p{Join_C}|\p{VS})[\p{Bidi_C}\p{DI}]/gu, "")
    .trim();
  return line.length <= length ? line : `${cutText(line, length - 1).trimEnd()}…`;
}

/**
 * A model's JSON in a form that jsonb can hold: every key and string through `stripText`. Undefined when it
 * is nested more than 32 levels deep.
 */
export function stripJson<Value>(value: Value): Value | undefined {
  try {
    return strip(value, 0) as Value;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function strip(value: unknown, depth: number): unknown {
  if (typeof value === "string") return stripText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= maximumDepth) throw new RangeError("nested too deeply");
  if (Array.isArray(value)) return value.map((item) => strip(item, depth + 1));
  const entries = Object.entries(value).map(([key, item]) => [
    stripText(key),
    strip(item, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/**
 * A document's text in a form that can be stored: U+0000 and lone surrogates replaced by U+FFFD. Its length
 * stays, so spans into the result are spans into the original.
 */
export function replaceUnstorable(text: string): string {
  const paired = text.isWellFormed() ? text : text.toWellFormed();
  return hasNul(paired) ? paired.replaceAll("\0", "\uFFFD") : paired;
}

/** A line without up to `width` spaces or tabs at its beginning. */
export function withoutIndent(line: string, width: number): string {
  let at = 0;
  while (at < width && (line[at] === " " || line[at] === "\t")) at += 1;
  return line.slice(at);
}
