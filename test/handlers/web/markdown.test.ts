import { describe, expect, test } from "vitest";
import { parseInline, safeUrl, settle } from "../../../handlers/web/client/markdown/inline.ts";
import {
  createBlockReader,
  type MarkdownBlock,
} from "../../../handlers/web/client/markdown/blocks.ts";

const everything = [
  "# Heading one\n\nA paragraph\nover two lines.\n\n- first\n- second\n  - nested\n",
  "1. one\n2) two\n\n> quoted\n> twice\n\n```ts\nconst a = `b`;\n\n// **not bold**\n```\nAfter.\n",
  "| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n\n~~~\n```\n~~~\n\nLast 漢字 👩‍🚀.",
].join("");

function read(chunks: readonly string[]): MarkdownBlock[] {
  const reader = createBlockReader();
  let blocks: MarkdownBlock[] = [];
  for (const chunk of chunks) {
    const next = reader.push(chunk);
    if (next.length > 0) blocks = [...blocks.slice(0, -1), ...next];
  }
  return blocks.filter((block) => block.type !== "paragraph" || block.text !== "");
}

describe("blocks", () => {
  test("are told apart", () => {
    expect(read([everything])).toEqual([
      { type: "heading", level: 1, text: "Heading one" },
      { type: "paragraph", text: "A paragraph\nover two lines." },
      { type: "item", number: undefined, depth: 0, text: "first" },
      { type: "item", number: undefined, depth: 0, text: "second" },
      { type: "item", number: undefined, depth: 1, text: "nested" },
      { type: "item", number: 1, depth: 0, text: "one" },
      { type: "item", number: 2, depth: 0, text: "two" },
      { type: "quote", text: "quoted\ntwice" },
      { type: "code", language: "ts", text: "const a = `b`;\n\n// **not bold**" },
      { type: "paragraph", text: "After." },
      { type: "row", cells: ["a", "b"] },
      { type: "row", cells: [] },
      { type: "row", cells: ["1", "2"] },
      { type: "rule" },
      { type: "code", language: "", text: "```" },
      { type: "paragraph", text: "Last 漢字 👩‍🚀." },
    ]);
  });

  test.each([1, 2, 3, 7, 50])("come out the same in pieces of %i", (size) => {
    const pieces = everything.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    expect(read(pieces)).toEqual(read([everything]));
  });

  test("keep an open fence open", () => {
    expect(read(["```js\n", "a\n", "``"])).toEqual([{ type: "code", language: "js", text: "a" }]);
  });

  test("hand back only what is still open, however long the text", () => {
    const reader = createBlockReader();
    for (let index = 0; index < 1000; index++) reader.push(`Paragraph ${index}.\n\n`);
    expect(reader.push("x")).toHaveLength(2);
  });
});

describe("spans", () => {
  test("are told apart", () => {
    expect(parseInline("a **b `c`** *d* _e_ [f](https://f.example/) [1][2]")).toEqual([
      { type: "text", text: "a " },
      {
        type: "strong",
        children: [
          { type: "text", text: "b " },
          { type: "code", text: "c" },
        ],
      },
      { type: "text", text: " " },
      { type: "emphasis", children: [{ type: "text", text: "d" }] },
      { type: "text", text: " " },
      { type: "emphasis", children: [{ type: "text", text: "e" }] },
      { type: "text", text: " " },
      { type: "link", url: "https://f.example/", children: [{ type: "text", text: "f" }] },
      { type: "text", text: " " },
      { type: "citation", number: 1 },
      { type: "citation", number: 2 },
    ]);
  });

  test.each([
    "snake_case_name and 2 * 3 * 4",
    "**open and `open",
    "[not a link]",
    "array[ 1 ]",
    "<b>no markup</b>",
    "a\u0000b",
  ])("leave %j the text it is", (text) => {
    expect(parseInline(text)).toEqual([{ type: "text", text }]);
  });

  test("see no citation inside code", () => {
    expect(parseInline("`list[1]`")).toEqual([{ type: "code", text: "list[1]" }]);
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example",
    "vbscript:x",
    " java\nscript:x",
    "/path",
  ])("make no link of %j", (url) => {
    expect(safeUrl(url)).toBeUndefined();
    expect(parseInline(`[a](${url})`).some(({ type }) => type === "link")).toBe(false);
  });

  test("end a bare address before the punctuation around it", () => {
    const [, link, rest] = parseInline("(see https://a.example/b?c=d).");
    expect(link).toMatchObject({ type: "link", url: "https://a.example/b?c=d" });
    expect(rest).toEqual({ type: "text", text: ")." });
  });

  test("tell two bare addresses apart, and make no link of a pattern", () => {
    const spans = parseInline("A=https://a.example,https://*.b.example");
    expect(spans.filter(({ type }) => type === "link")).toMatchObject([
      { url: "https://a.example/" },
    ]);
  });

  test("take no time to speak of on text made to be slow", () => {
    const hard = [
      "*".repeat(20_000),
      "[".repeat(20_000),
      "`a ".repeat(7000),
      "**a ".repeat(5000),
      "_a ".repeat(7000),
    ];
    for (const text of hard) expect(parseInline(text).length).toBeGreaterThan(0);
  });
});

describe("text still being written", () => {
  test.each([
    ["so **bo", "so **bo**"],
    ["so **", "so"],
    ["run `np", "run `np`"],
    ["see [1", "see"],
    ["see [the page](https://a.exam", "see"],
    ["one\n-", "one"],
    ["done [1] and", "done [1] and"],
  ])("%j is shown as %j", (text, shown) => {
    expect(settle(text)).toBe(shown);
  });
});
