import { expect, test } from "vitest";
import { safeParse } from "valibot";
import { storableText } from "../../../handlers/lib/text-schema.ts";
import { replaceUnstorable, stripJson, stripText } from "../../../handlers/lib/text.ts";

test.each([
  ["plain 📚", true, "plain 📚", "plain 📚"],
  ["a\0b", false, "ab", "a\uFFFDb"],
  ["a\uD83Db", false, "a\uFFFDb", "a\uFFFDb"],
  ["\uDCDA\0\uD83D", false, "\uFFFD\uFFFD", "\uFFFD\uFFFD\uFFFD"],
])("%j is refused, stripped and replaced", (text, storable, stripped, replaced) => {
  expect(safeParse(storableText, text).success).toBe(storable);
  expect(stripText(text)).toBe(stripped);
  expect(replaceUnstorable(text)).toBe(replaced);
  expect(replaceUnstorable(text)).toHaveLength(text.length);
});

test("JSON is stripped in keys and strings, as deep as 32 levels", () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
  expect(stripJson({ "a\0": ["b\0", 1, null, { c: "\uD800" }] })).toEqual({
    a: ["b", 1, null, { c: "\uFFFD" }],
  });
  expect(stripJson(nested(32))).toEqual(nested(32));
  expect(stripJson(nested(33))).toBeUndefined();
});
