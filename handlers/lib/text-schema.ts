import * as v from "valibot";

/** Text that can be stored as it is. Refused, not mended: what somebody will look for must be what they gave. */
export const storableText = v.pipe(
  v.string("must be a text"),
  v.check((value) => value.isWellFormed(), "must not contain half a character (a lone surrogate)"),
  v.check((value) => !value.includes("\0"), "must not contain the character U+0000"),
);

/** Whether there is something of a text to be seen; fillers and the blank Braille pattern are not. */
export function isVisible(text: string): boolean {
  return /[^\p{Cc}\p{Cf}\p{Z}\p{DI}\u2800]/u.test(text);
}

/** Counted in code points. */
export function atMost(characters: number) {
  return v.check(
    (value: string) => value.length <= characters || Array.from(value).length <= characters,
    `must be at most ${characters} characters`,
  );
}

/** A name for something: one line of 1–200 characters (code points), something of it to be seen. */
export const titleText = v.pipe(
  storableText,
  v.transform((value) => value.replaceAll(/\s+/g, " ").trim()),
  v.check(isVisible, "must not be empty"),
  v.check((value) => !/\p{Cc}/u.test(value), "must not contain control characters"),
  atMost(200),
);
