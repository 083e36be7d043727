import { expect, test } from "vitest";
import { mediaTypeOf } from "../../../handlers/documents/parsing/parsers.ts";
import { parse } from "../../support/apps/parse.ts";
import { createSlugger } from "../../../handlers/documents/parsing/markdown/slugger.ts";

const base = "https://docs.example/docs/";
async function urlOf(path: string, frontMatter = "") {
  const content = frontMatter === "" ? "Text" : `---\n${frontMatter}\n---\nText`;
  return (await parse({ path, content, mediaType: "text/markdown" }, { urlBase: base })).url;
}

test.each([
  ["intro.md", "intro"],
  ["01-intro.md", "intro"],
  ["02. setup.md", "setup"],
  ["3_x.mdx", "x"],
  ["001 - First steps.md", "First%20steps"],
  ["2024-01-02-news.md", "2024-01-02-news"],
  ["1.2.3-notes.md", "1.2.3-notes"],
  ["7.0-release.md", "7.0-release"],
  ["10.md", "10"],
  ["01-guides/02-deep/03-page.md", "guides/deep/page"],
  ["index.md", ""],
  ["README.md", ""],
  ["01-guides/index.mdx", "guides/"],
  ["guides/Readme.md", "guides/"],
  ["guides/Guides.md", "guides/"],
  ["über uns/größe#1.md", "%C3%BCber%20uns/gr%C3%B6%C3%9Fe%231"],
])("%s is published at %s", async (path, expected) => {
  expect(await urlOf(path)).toBe(base + expected);
});

test("front matter's slug and id are honoured", async () => {
  expect(await urlOf("01-a/02-b.md", "slug: /")).toBe(base);
  expect(await urlOf("01-a/02-b.md", "slug: /other/place")).toBe(`${base}other/place`);
  expect(await urlOf("01-a/02-b.md", "slug: here")).toBe(`${base}a/here`);
  expect(await urlOf("01-a/02-b.md", "slug: ./here")).toBe(`${base}a/here`);
  expect(await urlOf("01-a/02-b.md", "slug: ../up")).toBe(`${base}up`);
  expect(await urlOf("01-a/index.md", "slug: /a%20b")).toBe(`${base}a%20b`);
  expect(await urlOf("01-a/02-b.md", "id: named")).toBe(`${base}a/named`);
  expect(await urlOf("01-a/02-b.md", "parse_number_prefixes: false")).toBe(`${base}01-a/02-b`);
});

test("pages and plain text are published as the files they are", async () => {
  const at = async (path: string, mediaType: "text/html" | "text/plain") =>
    (await parse({ path, content: "Text", mediaType }, { urlBase: base })).url;
  expect(await at("01-a/page.html", "text/html")).toBe(`${base}01-a/page.html`);
  expect(await at("a/index.html", "text/html")).toBe(`${base}a/`);
  expect(await at("a/notes.txt", "text/plain")).toBe(`${base}a/notes.txt`);
});

test("without a base there is no URL, unless the document brings its own", async () => {
  const document = { path: "a.md", content: "## B\nText", mediaType: "text/markdown" } as const;
  expect((await parse(document, { urlBase: null })).passages[0]?.url).toBeNull();
  const own = { ...document, url: "https://x.example/p?q=1#old" };
  expect((await parse(own, { urlBase: base })).passages[0]?.url).toBe("https://x.example/p?q=1#b");
});

test("a passage's URL leads to its heading, the title's to the page", async () => {
  const content =
    "# Title\nA\n## Same\nB\n## Same\nC\n## Own {#my-id}\nD\n## Größe & `x_y`!\nE\n### 日本語\nF\n## MDX {/* #mdx-id */}\nG";
  const { passages } = await parse(
    { path: "p.md", content, mediaType: "text/markdown" },
    { urlBase: base },
  );
  expect(passages.map(({ url }) => url?.slice(base.length))).toEqual([
    "p",
    "p#same",
    "p#same-1",
    "p#my-id",
    "p#größe--x_y",
    "p#日本語",
    "p#mdx-id",
  ]);
  expect(passages.map(({ headingPath }) => headingPath.join("/"))).toEqual([
    "",
    "Same",
    "Same",
    "Own",
    "Größe & x_y!",
    "Größe & x_y!/日本語",
    "MDX",
  ]);
});

test.each([
  ["## Own {#my-id .wide}", "Own", "my-id"],
  ["## Own { #my-id }", "Own", "my-id"],
  ["## Own {: #my-id .wide data-x='1' } ##", "Own", "my-id"],
  ["## Own\n{: .no_toc #my-id }", "Own", "my-id"],
  ["Own {#my-id}\n---", "Own", "my-id"],
  ["## Own {.unnumbered}", "Own", "own"],
  ["## Own\n{: .no_toc }", "Own", "own"],
  ["## Own {:.2f}", "Own {:.2f}", "own-2f"],
])("the attributes of %j are no part of its text", async (heading, text, anchor) => {
  const { passages } = await parse(
    { path: "p.md", content: `${heading}\n\nText`, mediaType: "text/markdown" },
    { urlBase: base },
  );
  expect(passages).toMatchObject([
    { headingPath: [text], text: "Text", url: `${base}p#${anchor}` },
  ]);
});

test("repeated headings get numbers that are free", async () => {
  const slug = createSlugger();
  expect(["A", "A 1", "A", "A", "", ""].map(slug)).toEqual(["a", "a-1", "a-2", "a-3", "", "-1"]);
});

test("only known extensions are documents", async () => {
  expect(["a.md", "b.MARKDOWN", "c/d.mdx", "e.html", "f.htm", "g.txt"].map(mediaTypeOf)).toEqual([
    "text/markdown",
    "text/markdown",
    "text/mdx",
    "text/html",
    "text/html",
    "text/plain",
  ]);
  expect(["a", ".md", "a.pdf", "a.md.bak", "md", "a.constructor"].map(mediaTypeOf)).toEqual(
    Array.from({ length: 6 }),
  );
});
