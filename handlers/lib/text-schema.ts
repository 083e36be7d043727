import * as v from "valibot";
import { hasNul } from "./text.ts";

/**
 * User input that can be stored unchanged. Other text is refused and not repaired, so that a search finds what
 * was written.
 */
export const storableText = v.pipe(
  v.string("must be a text"),
  v.check((value) => value.isWellFormed(), "must not contain half a character (a lone surrogate)"),
  v.check((value) => !hasNul(value), "must not contain the character U+0000"),
);

/** Whether the text has a visible character: fillers, white space and the blank Braille pattern are not. */
export function isVisible(text: string): boolean {
  return /[^\p{Cc}\p{Cf}\p{Z}\p{DI}\u2800]/u.test(text);
}

/**
 * At most this many code points: what JSON Schema's maxLength counts (RFC 8259 §7), while valibot's counts UTF-16
 * units. So it is valibot's rule, as which the OpenAPI document describes it, with a check of its own.
 */
export function atMost(characters: number): v.MaxLengthAction<string, number, string> {
  const message = `must be at most ${characters} characters`;
  const check = v.check(
    (value: string) =>
      value.length <= characters ||
      // A code point has one or two UTF-16 units; a longer text need not be counted.
      (value.length <= 2 * characters && Array.from(value).length <= characters),
    message,
  );
  return {
    ...v.maxLength(characters, message),
    "~run": (dataset, config) => check["~run"](dataset, config),
  };
}

type Bounds = Readonly<Record<"minLength" | "maxLength", number>>;

/**
 * How long a text may be, for the OpenAPI document alone: where a rule follows a transformation, the document cannot
 * be made from it.
 */
export function describeLength(minLength: number, maxLength: number) {
  return v.metadata<string, Bounds>({ minLength, maxLength });
}

/** A title: one line of 1–200 code points, at least one of them visible. */
export const titleText = v.pipe(
  storableText,
  describeLength(1, 200),
  v.transform((value) => value.replaceAll(/\s+/g, " ").trim()),
  v.check(isVisible, "must not be empty"),
  v.check((value) => !/\p{Cc}/u.test(value), "must not contain control characters"),
  atMost(200),
);

/** What is wrong with a field of JSON. */
export function describeIssue({ type, received, message }: v.BaseIssue<unknown>): string {
  // JSON has no `undefined`: the library says so of an object's key that is not there.
  return type === "object" && received === "undefined" ? "is required" : message;
}
