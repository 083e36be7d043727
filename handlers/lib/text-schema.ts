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

/** At most this many code points. */
export function atMost(characters: number) {
  return v.check(
    (value: string) =>
      value.length <= characters ||
      // A code point has one or two UTF-16 units; a longer text need not be counted.
      (value.length <= 2 * characters && Array.from(value).length <= characters),
    `must be at most ${characters} characters`,
  );
}

/** A title: one line of 1–200 code points, at least one of them visible. */
export const titleText = v.pipe(
  storableText,
  v.transform((value) => value.replaceAll(/\s+/g, " ").trim()),
  v.check(isVisible, "must not be empty"),
  v.check((value) => !/\p{Cc}/u.test(value), "must not contain control characters"),
  atMost(200),
);
