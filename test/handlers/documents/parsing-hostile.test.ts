import { Lexer } from "marked";
import { expect, test } from "vitest";
import type { MediaType } from "../../../handlers/ports/document-source.ts";
import { markdownBlocks } from "../../../handlers/documents/parsing/markdown/markdown.ts";
import { parse } from "../../support/apps/parse.ts";
import { plainText } from "../../../handlers/documents/parsing/markdown/plain-text.ts";
import { splitSentences } from "../../../handlers/documents/parsing/sentences.ts";
import { replaceUnstorable } from "../../../handlers/lib/text.ts";

const bare = (text: string) => text.replaceAll(/^[ \t]+/gm, "");

async function read(content: string, mediaType: MediaType) {
  const parsed = await parse({ path: "guide.md", content, mediaType }, { urlBase: null });
  if (mediaType !== "text/html") {
    const stored = replaceUnstorable(content).replace(/^\uFEFF/, "");
    // Where a cut went through code, its fence is added; where through a note, its text is less indented.
    for (const { start, end, text } of parsed.passages) {
      const slice = bare(stored.slice(start, end));
      if (/```|~~~/.test(text)) expect(bare(text)).toContain(slice);
      else expect(bare(text)).toBe(slice);
    }
  }
  return parsed;
}
// A small generator of numbers, so that a failure can be repeated.
function random(seed: number) {
  let state = seed;
  return (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test("any mixture of marks parses, with spans that hold", async () => {
  const pieces =
    "# |## |\n|\n\n|- |  |    |```|~~~|> |1. |*|_|`|[|](|)|<!--|-->|<a |<div>|>|---|===|\\||:::|{/*|*/}|import a from 'b'|&amp;|\r\n|\t|\ud800|\0|é́|文。|word |A. |\uFEFF".split(
      /(?<!\\)\|/,
    );
  const next = random(7);
  // Collected, because an expectation costs more than a passage.
  const broken: string[] = [];
  for (let round = 0; round < 1500; round += 1) {
    const content = Array.from({ length: next(60) }, () => pieces[next(pieces.length)]).join("");
    for (const mediaType of ["text/markdown", "text/mdx", "text/plain", "text/html"] as const) {
      let before = 0;
      for (const { start, end, text, headingPath } of (await read(content, mediaType)).passages) {
        const holds =
          start >= before &&
          end <= content.length &&
          text.trim() !== "" &&
          text.isWellFormed() &&
          !text.includes("\0") &&
          headingPath.every((heading) => heading !== "");
        if (!holds) broken.push(`${mediaType} ${start}–${end} of ${JSON.stringify(content)}`);
        before = mediaType === "text/html" ? start : end;
      }
    }
    plainText(content);
  }
  expect(broken).toEqual([]);
});

test("top-level headings are those a CommonMark lexer finds", async () => {
  const lines = [
    "# one",
    "## two ##",
    "text",
    "more *text*",
    "",
    "",
    // Closed by a blank line: after a lazy line marked reads more into an underline than CommonMark.
    "- item\n  inside\n",
    "1. first\n\n   # inside\n",
    "> # quote\n",
    "===",
    "---",
    "```",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "***",
    "#no",
    "####### no",
  ];
  const next = random(11);
  for (let round = 0; round < 800; round += 1) {
    const content = Array.from({ length: next(14) }, () => lines[next(lines.length)]).join("\n");
    const expected = new Lexer()
      .blockTokens(content, [])
      .flatMap((token) =>
        token.type === "heading"
          ? [`${token["depth"]} ${plainText(String(token["text"])).replaceAll("\n", " ")}`]
          : [],
      );
    const found = [...markdownBlocks(content, 0, "markdown")].flatMap((block) =>
      block.kind === "heading" ? [`${block.level} ${block.text}`] : [],
    );
    expect(found, content).toEqual(expected);
  }
});

// That these take linear time, parsing-pauses.test.ts shows.
test.each([
  ["[", 20_000],
  ["![", 10_000],
  [">", 20_000],
  ["> ", 10_000],
  ["- ", 10_000],
  ["*a ", 10_000],
  ["<a ", 10_000],
  ['<a b="', 10_000],
  ["<!-- ", 10_000],
  ["<a {", 10_000],
  ["[](x ", 4_000],
  ["](( ", 4_000],
  ["` `` ", 4_000],
  ["{/*", 10_000],
  ["- ```\n", 4_000],
  ["&a", 10_000],
  ["|", 20_000],
  ["\n", 40_000],
  [" \n", 20_000],
  ["# a\n", 4_000],
  ["x", 200_000],
  ["<script>", 2_000],
  [". ", 20_000],
  ["e.g. ", 4_000],
  ["(", 20_000],
  ["\\", 20_000],
  ["import {\n\n", 1_000],
  ["a: b\n", 4_000],
  ["a\u0301", 20_000],
])("%j over and over does not hang", async (unit, count) => {
  const content = unit.repeat(count);
  for (const mediaType of ["text/markdown", "text/mdx", "text/plain", "text/html"] as const) {
    for (const { text } of (await read(content, mediaType)).passages)
      expect(text.length).toBeLessThanOrEqual(1500);
  }
  expect(plainText(content).length).toBeLessThanOrEqual(content.length);
});

test.each([
  ["# ", " ", "x"],
  ["| ", " ", "x"],
  ["text ", " ", "x\nmore"],
  ["", ".", "x"],
  [":::", " ", "x"],
  ["---\ntitle: ", " ", "x\n---\nText"],
  ["<h2>", "#", "x</h2>"],
  ["a\n", " ", "x"],
  ["`", " ", "x"],
  ["# a {#", "b", "x"],
  ["- ", " ", "x"],
  ["```", " ", "x"],
])("%j, then much of %j, then %j does not hang", async (before, unit, after) => {
  const content = before + unit.repeat(60_000) + after;
  for (const mediaType of ["text/markdown", "text/html"] as const) await read(content, mediaType);
  expect(splitSentences(plainText(content)).join("").length).toBeLessThanOrEqual(content.length);
});
