import { expect, test } from "vitest";
import type { MediaType } from "../../../handlers/ports/document-source.ts";
import { parse } from "../../support/apps/parse.ts";
import { plainText } from "../../../handlers/documents/parsing/markdown/plain-text.ts";
import { replaceUnstorable } from "../../../handlers/lib/text.ts";

async function read(content: string, mediaType: MediaType = "text/markdown", path = "guide.md") {
  const parsed = await parse({ path, content, mediaType }, { urlBase: null });
  if (mediaType !== "text/html") {
    const stored = replaceUnstorable(content).replace(/^\uFEFF/, "");
    // Where a cut went through code, its fence is added.
    for (const { start, end, text } of parsed.passages) {
      const slice = stored.slice(start, end);
      if (/```|~~~/.test(text)) expect(text).toContain(slice);
      else expect(text).toBe(slice);
    }
  }
  return parsed;
}
const outlineOf = async (content: string, mediaType?: MediaType) =>
  (await read(content, mediaType)).passages.map(({ headingPath, text }) => [
    headingPath.join(" > "),
    text,
  ]);

test("a passage is the body of a section, under the path of its headings", async () => {
  expect(
    await outlineOf(
      "# Guide\n\nIntro\n\n## Set up\nOne\n\n### On *Linux*\nTwo\n\n## `npm run`\nThree",
    ),
  ).toEqual([
    ["", "Intro"],
    ["Set up", "One"],
    ["Set up > On Linux", "Two"],
    ["npm run", "Three"],
  ]);
});

test("a heading keeps its number", async () => {
  const numbered = "# T\n\n## 1. First *step* {#one}\nText\n\n### 1.1 - Part\nMore";
  expect(await outlineOf(numbered)).toEqual([
    ["1. First step", "Text"],
    ["1. First step > 1.1 - Part", "More"],
  ]);
});

test("the title is front matter's, else the first heading of level 1, else the file's name", async () => {
  expect((await read("---\ntitle: 'It''s #1' # yes\n---\n# Other\n\nText")).title).toBe("It's #1");
  expect((await read("---\ntitle: >-\n  Over\n  lines\n---\nText")).title).toBe("Over lines");
  expect((await read("Text\n\n# Late\n")).title).toBe("Late");
  expect((await read("Text", "text/markdown", "a/02-getting_started.md")).title).toBe(
    "Getting started",
  );
  expect((await read("Text", "text/markdown", "user-guide/README.md")).title).toBe("User guide");
});

test("front matter is no passage, and is only front matter when it is closed", async () => {
  expect(await outlineOf("---\r\ntitle: A\r\n---\r\nText")).toEqual([["", "Text"]]);
  expect((await outlineOf("---\ntitle: A\n\nText\n")).flat().join()).toContain("title: A");
  expect((await read("\uFEFF---\ntitle: A\n---\nText")).title).toBe("A");
  expect((await read('---\ntitle: [broken\n: : :\n\t- "\n---\nText')).passages).toHaveLength(1);
});

test("drafts and unlisted pages have no passages", async () => {
  expect((await read("---\ndraft: true\n---\nText")).passages).toEqual([]);
  expect((await read("---\nunlisted: true\n---\nText")).passages).toEqual([]);
  expect((await read("---\ndraft: false\n---\nText")).passages).toHaveLength(1);
});

test("what looks like a heading in code, a comment or a list is none", async () => {
  expect(
    (
      await outlineOf(
        "Text\n\n```sh\n# no\n~~~\n```\n\n~~~\n# no\n~~~\n\n    # no\n\n- item\n\n  # no\n\n# Yes\nBody",
      )
    ).map(([path]) => path),
  ).toEqual(["", ""]);
  expect((await read("<!--\n# no\n-->\n\nText")).title).toBe("Guide");
  expect(
    (await outlineOf("<pre>\n# no\n\n# no\n</pre>\n\n## Yes\nText")).map(([path]) => path),
  ).toEqual(["", "Yes"]);
});

test("an unclosed fence runs to the end", async () => {
  expect(await outlineOf("## A\n```\ncode\n\n## B\n")).toEqual([["A", "```\ncode\n\n## B\n```"]]);
});

test("underlined headings count, a long paragraph over a rule does not", async () => {
  expect(await outlineOf("Title\n=====\n\nOver\ntwo lines\n---\nText")).toEqual([
    ["Over two lines", "Text"],
  ]);
  const long = "word ".repeat(80).trim();
  expect((await outlineOf(`${long}\n---\nText`)).map(([path]) => path)).toEqual([""]);
});

test("headings with nothing under them become a passage of their own, a parent of others does not", async () => {
  expect(await outlineOf("# Only\n")).toEqual([["", "# Only"]]);
  expect(await outlineOf("# T\n## A\n### A1\n### A2\n## B\nText")).toEqual([
    ["A", "### A1\n### A2"],
    ["B", "Text"],
  ]);
});

test("MDX loses its imports and exports, and keeps what stands between tags", async () => {
  const mdx = `import Tabs from '@theme/Tabs';
import {
  A,

  B,
} from './x';

export const meta = { a: { b: 1 } };

# Title

{/* a comment
# no
*/}

<Tabs groupId={{ a: 1 > 0 }}>
  <TabItem value="x">

    ## Inside
    Text with {props.name}.

  </TabItem>
</Tabs>
`;
  const { title, passages } = await read(mdx, "text/mdx");
  expect(title).toBe("Title");
  expect(passages.map((passage) => passage.headingPath)).toEqual([["Inside"]]);
  expect(passages.map((passage) => passage.text).join("\n")).not.toMatch(/import|export|comment/);
  expect(plainText(passages[0]?.text ?? "")).toBe("Text with {props.name}.");
});

test.each([
  ["empty", "", 0],
  ["white space", " \r\n\t\n\r", 0],
  ["a byte order mark", "\uFEFF", 0],
  ["only a rule", "---\n", 0],
  ["carriage returns", "# A\r\rText\r\r## B\rMore", 2],
])("%s is a document too", async (_, content, count) => {
  expect((await read(content)).passages).toHaveLength(count);
});

test("long sections are cut at blocks, items and sentences, and code that fits stays whole", async () => {
  const sentence = "This sentence explains what the system does in some detail. ";
  const code = `\`\`\`js\n${"call();\n".repeat(120)}\`\`\``;
  const items = Array.from({ length: 40 }, (_, index) => `- item ${index} ${sentence}`).join("\n");
  const { passages } = await read(
    `## A\n${sentence.repeat(40)}\n\n${code}\n\n${items}\n\n${sentence.repeat(3)}`,
  );
  expect(passages.length).toBeGreaterThan(4);
  for (const { text } of passages) {
    expect(text.length).toBeLessThanOrEqual(1500);
    expect(text).toMatch(/^(?:This|- item|```js)/);
    expect(text).toMatch(/(?:detail\.|```)$/);
  }
  expect(passages.some(({ text }) => text.includes(code))).toBe(true);
});

test("no cut falls inside a character, even without a space or a full stop", async () => {
  for (const unit of [
    "\u{1F469}\u200D\u{1F680}",
    "e\u0301\u0323",
    "\u0E01\u0E33\u0E48",
    "\u{20000}",
    "\u{1F44D}\u{1F3FD}",
  ]) {
    const { passages } = await read(unit.repeat(3000));
    expect(passages.length).toBeGreaterThan(1);
    expect(passages.map(({ text }) => text).join("")).toBe(unit.repeat(3000));
    for (const { text } of passages) {
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toMatch(/^[\p{M}\u200D]|^\p{Emoji_Modifier}/u);
    }
  }
});

test("lone surrogates and NULs are replaced without moving a span", async () => {
  const { passages } = await read("## A\ud800\n\n\udc00one\0two\n\n## B\nlast");
  expect(passages.map(({ text }) => text)).toEqual(["\uFFFDone\uFFFDtwo", "last"]);
});

test("every word of a document is in exactly one passage or one heading", async () => {
  const words = Array.from({ length: 4000 }, (_, index) => `word${index}`);
  const content = words
    .map((word, index) => word + (index % 97 === 0 ? "\n\n" : index % 13 === 0 ? "\n- " : " "))
    .join("");
  const found = (await read(content)).passages.flatMap(({ text }) => text.match(/word\d+/g) ?? []);
  expect(found).toEqual(words);
});

test("pausing gives the same passages, and pauses in a document of any shape", async () => {
  for (const content of [
    "word. ".repeat(60_000),
    "- item\n".repeat(50_000),
    "## h\ntext\n".repeat(30_000),
  ]) {
    let pauses = 0;
    const document = { path: "a.md", content, mediaType: "text/markdown" } as const;
    const pause = () => Promise.resolve(void (pauses += 1));
    const parsed = await parse(document, { pause });
    expect(parsed).toEqual(await parse(document, { urlBase: null }));
    expect(pauses).toBeGreaterThan(5);
  }
});
