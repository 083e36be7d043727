import { describe, expect, test } from "vitest";
import { parseInline, safeUrl, settle } from "../../../handlers/web/client/markdown/inline.ts";
import type { MarkdownBlock } from "../../../handlers/web/client/markdown/block.ts";
import { createBlockReader } from "../../../handlers/web/client/markdown/blocks.ts";

const everything = [
  "# Heading one\n\nA paragraph\nover two lines.\n\n- first\n- second\n  - nested\n",
  "1. one\n2) two\n\n> quoted\n> twice\n\n```ts\nconst a = `b`;\n\n// **not bold**\n```\nAfter.\n",
  "| a | b | c | d |\n|:--|---|:-:|--:|\n| 1 | 2 \\| 3 | `4` |\n\n---\n\n~~~\n```\n~~~\n\nLast 漢字 👩‍🚀.",
].join("");

function read(chunks: readonly string[]): MarkdownBlock[] {
  const reader = createBlockReader();
  let blocks: MarkdownBlock[] = [];
  for (const chunk of chunks) {
    const next = reader.push(chunk);
    if (next.length > 0) blocks = [...blocks.slice(0, -1), ...next];
  }
  blocks = [...blocks.slice(0, -1), ...reader.finish()];
  return blocks.filter((block) => block.type !== "paragraph" || block.text !== "");
}

describe("blocks", () => {
  test("are told apart", () => {
    const item = { type: "item", number: undefined, done: undefined, depth: 0 };
    const alignments = ["start", undefined, "center", "end"];
    expect(read([everything])).toEqual([
      { type: "heading", level: 1, text: "Heading one", depth: 0 },
      { type: "paragraph", text: "A paragraph\nover two lines.", depth: 0 },
      { ...item, text: "first" },
      { ...item, text: "second" },
      { ...item, depth: 1, text: "nested" },
      { ...item, number: 1, text: "one" },
      { ...item, number: 2, text: "two" },
      { type: "quote", text: "quoted\ntwice", depth: 0 },
      { type: "code", language: "ts", text: "const a = `b`;\n\n// **not bold**", depth: 0 },
      { type: "paragraph", text: "After.", depth: 0 },
      { type: "table", header: ["a", "b", "c", "d"], alignments, depth: 0 },
      { type: "row", cells: ["1", "2 | 3", "`4`"], alignments, depth: 0 },
      { type: "rule", depth: 0 },
      { type: "code", language: "", text: "```", depth: 0 },
      { type: "paragraph", text: "Last 漢字 👩‍🚀.", depth: 0 },
    ]);
  });

  test.each([1, 2, 3, 7, 50])("come out the same in pieces of %i", (size) => {
    const pieces = everything.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    expect(read(pieces)).toEqual(read([everything]));
  });

  test("keep an open fence open", () => {
    const reader = createBlockReader();
    reader.push("```js\na\n");
    const open = { type: "code", language: "js", depth: 0 };
    expect(reader.push("``")).toEqual([{ ...open, text: "a" }]);
    expect(reader.finish()).toEqual([{ ...open, text: "a\n``" }]);
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

  test("may be bold and slanted at once, and bold within slanted words", () => {
    const bold = { type: "strong", children: [{ type: "text", text: "b" }] };
    const both = { type: "emphasis", children: [bold] };
    expect(parseInline("***b*** c")).toEqual([both, { type: "text", text: " c" }]);
    expect(parseInline("*a **b** c*")).toEqual([
      {
        type: "emphasis",
        children: [{ type: "text", text: "a " }, bold, { type: "text", text: " c" }],
      },
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

  test.each([
    ["请访问 https://a.example/文档，然后点击", "https://a.example/文档"],
    ["見る：https://a.example/b。", "https://a.example/b"],
    ["（https://a.example/b）を", "https://a.example/b"],
    ["انظر https://a.example/b، ثم", "https://a.example/b"],
    ["देखें https://a.example/b।", "https://a.example/b"],
    ["“https://a.example/b”", "https://a.example/b"],
    ["https://a.example/Moles_(animals), and", "https://a.example/Moles_(animals)"],
    ["(see https://a.example/Moles_(animals))", "https://a.example/Moles_(animals)"],
    ["https://a.example/b(c", "https://a.example/b"],
    ["https://a.example/b–c/", "https://a.example/b–c/"],
  ])("find the bare address in %j", (text, address) => {
    const links = parseInline(text).filter(({ type }) => type === "link");
    expect(links).toMatchObject([{ children: [{ text: address }] }]);
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
