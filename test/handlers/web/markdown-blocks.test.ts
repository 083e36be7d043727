import { describe, expect, test } from "vitest";
import type { MarkdownBlock } from "../../../handlers/web/client/markdown/block.ts";
import { createBlockReader } from "../../../handlers/web/client/markdown/blocks.ts";

/** What is shown after each piece, and at the end. */
function follow(pieces: readonly string[]): { shown: MarkdownBlock[][]; end: MarkdownBlock[] } {
  const reader = createBlockReader();
  let blocks: MarkdownBlock[] = [];
  const take = (next: readonly MarkdownBlock[]) => {
    if (next.length > 0) blocks = [...blocks.slice(0, -1), ...next];
    return blocks.filter((block) => block.type !== "paragraph" || block.text !== "");
  };
  const shown = pieces.map((piece) => take(reader.push(piece)));
  return { shown, end: take(reader.finish()) };
}

/** A line for each block: its depth, its kind and its text. */
function outline(source: string): string[] {
  return follow([source]).end.map((block) => {
    const kind = block.type === "item" ? (block.number ?? "•") : block.type;
    const done = block.type === "item" && block.done !== undefined ? ` ${block.done}` : "";
    const cells = block.type === "table" ? block.header : block.type === "row" ? block.cells : [];
    return `${block.depth} ${kind}${done}: ${"text" in block ? block.text : cells.join(" ; ")}`;
  });
}

describe("lists", () => {
  test("nest in one another, whatever their marks, with what belongs to an item", () => {
    const source = [
      "3. three",
      "  - indented as models do",
      "     1) deep",
      "     more of it",
      "",
      "   of three again",
      "",
      "   ```sh",
      "   npm i",
      "     --quiet",
      "   ```",
      "4. four",
      "\t- by a tab",
      "",
      "after",
    ].join("\n");
    expect(outline(source)).toEqual([
      "0 3: three",
      "1 •: indented as models do",
      "2 1: deep\nmore of it",
      "1 paragraph: of three again",
      "1 code: npm i\n  --quiet",
      "0 4: four",
      "1 •: by a tab",
      "0 paragraph: after",
    ]);
  });

  test("have tasks, done and not", () => {
    expect(outline("- [ ] open\n- [x] done\n1. [X] too\n- [ ]\n- [y] no")).toEqual([
      "0 • false: open",
      "0 • true: done",
      "0 1 true: too",
      "0 •: [ ]",
      "0 •: [y] no",
    ]);
  });

  test("end their nesting at a depth that a phone can show", () => {
    const source = Array.from({ length: 40 }, (_, depth) => `${"  ".repeat(depth)}- x`).join("\n");
    expect(Math.max(...follow([source]).end.map(({ depth }) => depth))).toBe(6);
  });
});

describe("tables", () => {
  test("begin with a header and delimiters, also in the middle of a paragraph", () => {
    expect(outline("Text:\na | b\n--- | ---\nc | d\n[1]")).toEqual([
      "0 paragraph: Text:",
      "0 table: a ; b",
      "0 row: c ; d",
      "0 paragraph: [1]",
    ]);
  });

  test("have no header where it is empty, as in a quote of a table's later rows", () => {
    expect(outline("| | |\n|---|---|\n| a | b |\n\n[1]")).toEqual([
      "0 table: ",
      "0 row: a ; b",
      "0 paragraph: [1]",
    ]);
  });

  test.each(["| a | b |\n| c | d |", "a | b\n---", "a\n|--|--|\n", "| a |\n|- -|"])(
    "are not made of %j",
    (source) => {
      expect(follow([source]).end.map(({ type }) => type)).not.toContain("table");
    },
  );

  test("are text until their delimiters are complete", () => {
    const source = "| a | b |\n|---|:-:|\n| 1 | 2 |";
    const { shown } = follow(source.split(""));
    const kinds = shown.map((blocks) => blocks.map(({ type }) => type).join());
    expect([...new Set(kinds)]).toEqual(["paragraph", "table", "table,row"]);
    expect(kinds.indexOf("table")).toBe(source.indexOf("\n| 1"));
    // Not even a part of the delimiters is shown.
    const texts = shown.flat().flatMap((block) => ("text" in block ? [block.text] : []));
    expect(texts.filter((text) => text.includes("-"))).toEqual([]);
  });
});

describe("maths over several lines", () => {
  test("has no list items, headings or rules in it", () => {
    const maths = "$$\na\n- b\n# c\n= d\n$$";
    expect(outline(`So:\n${maths}\nend`)).toEqual([`0 paragraph: So:\n${maths}\nend`]);
    expect(outline("1. So: \\[\n   x\n   + y\n   \\]\n2. end")).toEqual([
      "0 1: So: \\[\n   x\n   + y\n   \\]",
      "0 2: end",
    ]);
  });

  test("is none without its end, or in code", () => {
    expect(outline("kill $$ now\n- a\n- b\n\nc")).toHaveLength(4);
    expect(outline("kill `$$` now\n- a $$")).toHaveLength(2);
    expect(outline("kill $$ now\n- a")).toHaveLength(2);
  });
});

describe("code", () => {
  test("has its language when the line is complete", () => {
    const { shown, end } = follow(["```", "py", "thon", "\nx", "\n``", "`\n"]);
    const languages = shown.map(([block]) => (block?.type === "code" ? block.language : undefined));
    expect(languages).toEqual(["", "", "", "python", "python", "python"]);
    expect(end).toEqual([{ type: "code", language: "python", text: "x", depth: 0 }]);
  });
});

const documents = [
  "1. a\n   - b\n\n     c\n     | d | e |\n     |--|--|\n     | f | g |\n2. h\n\n$$\nx\n- y\n$$\n",
  "Text\n| a | b |\n--- | ---\nc | d\n\n- [ ] e\n- [x] f\n  ```js\n  g\n  ```\n\nh",
];
test.each(documents)("blocks come out the same in pieces of any size: %j", (source) => {
  for (let size = 1; size < 9; size += 1) {
    const pieces = source.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    expect(follow(pieces).end, `pieces of ${size}`).toEqual(follow([source]).end);
  }
});
