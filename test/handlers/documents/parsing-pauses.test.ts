import { describe, expect, test } from "vitest";
import type { MediaType } from "../../../handlers/ports/document-source.ts";
import { TooMuchWork } from "../../../handlers/documents/parsing/parser.ts";
import { readFrontMatter } from "../../../handlers/documents/parsing/markdown/front-matter.ts";
import { plainText } from "../../../handlers/documents/parsing/markdown/plain-text.ts";
import { splitSentences } from "../../../handlers/documents/parsing/sentences.ts";
import { parse } from "../../support/apps/parse.ts";
import { createRandom } from "../../support/hostile/random.ts";
import { hostileText, marks } from "../../support/hostile/texts.ts";
import { growsTooFast } from "../../support/hostile/work.ts";

const mediaTypes = ["text/markdown", "text/mdx", "text/html", "text/plain"] as const;

/** Parses a text; returns its passages and how often the caller could pause. */
async function read(content: string, mediaType: MediaType) {
  let pauses = 0;
  const pause = () => {
    pauses += 1;
    return undefined;
  };
  const { passages } = await parse({ path: "a.md", content, mediaType }, { pause });
  return { passages: passages.length, pauses };
}

const readFrontMatterOf = (length: number) =>
  readFrontMatter(`---\n${`a${" ".repeat(length)}#:\n`.repeat(12)}---\n`);

describe("reading a document", () => {
  test.each(mediaTypes)(
    "as %s takes linear time, whatever is repeated in it",
    async (mediaType) => {
      const slow: string[] = [];
      for (const mark of marks) {
        const repeat = (size: number) => mark.repeat(Math.ceil(size / mark.length));
        const isSlow = await growsTooFast((size) => read(repeat(size), mediaType), {
          size: 1_000,
          floor: 1,
        });
        if (isSlow) slow.push(JSON.stringify(mark));
      }
      expect(slow).toEqual([]);
    },
  );

  test("the plain text of Markdown takes linear time, whatever is repeated in it", async () => {
    const slow: string[] = [];
    for (const mark of marks) {
      const repeat = (size: number) => mark.repeat(Math.ceil(size / mark.length));
      const work = (size: number) => splitSentences(plainText(repeat(size)));
      if (await growsTooFast(work, { size: 500, floor: 0.5 })) slow.push(JSON.stringify(mark));
    }
    expect(slow).toEqual([]);
  });

  test.each([
    ["<", "text/html"],
    ["<b>a</b>", "text/html"],
    ["<p>a</p>", "text/html"],
    ["<ul><li>a", "text/html"],
    ["<table><tr><th>a<td rowspan=99 colspan=99>b", "text/html"],
    ["<p", "text/html"],
    ["x", "text/plain"],
    ["a\n", "text/plain"],
    ["\n", "text/plain"],
    ["word ", "text/markdown"],
    ["\r\n", "text/markdown"],
    ["```\na\n", "text/markdown"],
    ["a\n\n", "text/markdown"],
    ["a\n", "text/mdx"],
    ["- a\n", "text/mdx"],
  ] as const)(
    "%j, a quarter of a million characters of it as %s, lets the caller pause all the while",
    async (mark, type) => {
      const { passages, pauses } = await read(mark.repeat((256 * 1024) / mark.length), type);
      // Decoding pauses every 64 KB; from there on each passage is followed by a pause.
      expect(pauses).toBeGreaterThanOrEqual(passages + 3);
      if (type === "text/html") expect(pauses).toBeGreaterThanOrEqual(30);
    },
  );

  test("with front matter takes linear time", async () => {
    expect(await growsTooFast(readFrontMatterOf, { size: 300, floor: 2 })).toBe(false);
  });

  test.each(mediaTypes)("mixed from anything as %s pauses and ends", async (mediaType) => {
    const next = createRandom(23);
    for (let round = 0; round < 60; round += 1) {
      const { text, recipe } = hostileText(next, next(20_000) + 1);
      const { passages, pauses } = await read(text, mediaType);
      expect(pauses, recipe).toBeGreaterThanOrEqual(passages);
    }
  });

  test("ends where it would be too many passages, or headings repeated without end", async () => {
    await expect(read("# a\nb\n".repeat(50_001), "text/markdown")).rejects.toThrow(TooMuchWork);
    const headings = [1, 2, 3, 4, 5, 6].map((level) => `${"#".repeat(level)} ${"x".repeat(900)}\n`);
    const document = `${headings.join("")}${"###### a\nb\n".repeat(20_000)}`;
    await expect(read(document, "text/markdown")).rejects.toThrow("long headings");
  });

  test("keeps what is stored with each passage short", async () => {
    const long = "a".repeat(20_000);
    const options = { urlBase: "https://docs.example" };
    for (const [content, mediaType] of [
      [
        `---\ntitle: |\n${`  ${"b".repeat(900)}\n`.repeat(30)}slug: ${"c".repeat(4_900)}\n---\nText`,
        "text/markdown",
      ],
      [`<title>${long}</title><h2 id="${long}">H</h2>Text`, "text/html"],
    ] as const) {
      const { title, passages } = await parse({ path: "a.md", content, mediaType }, options);
      expect(title.length).toBeLessThanOrEqual(1_000);
      expect(passages).toHaveLength(1);
      expect(passages[0]?.url?.length ?? 0).toBeLessThanOrEqual(4_000);
    }
  });
});
