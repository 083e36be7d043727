import { expect, test } from "vitest";
import { parse } from "../../support/apps/parse.ts";

async function read(content: string) {
  return await parse(
    { path: "page.html", content, mediaType: "text/html" },
    { urlBase: "https://x.example" },
  );
}
const textOf = async (content: string) =>
  (await read(content)).passages.map(({ text }) => text).join("\n---\n");

test("the content is what the page shows in main, without its navigation", async () => {
  const page = `<!DOCTYPE html><html><head><title>Page &amp; more | Site</title><style>p{}</style>
    <script>if (a < b) document.write("<p>no</p>")</script></head><body><header>Logo</header><nav><a>Home</a></nav>
    <main><nav>Crumbs</nav><article><header><h1>Page</h1></header><p>First   <b>bold</b>
    text<br>and more.</p><template><p>no</p></template><div hidden>no</div></article><footer>Edit</footer></main>
    <aside>Ad</aside><footer>Imprint</footer></body></html>`;
  expect((await read(page)).title).toBe("Page");
  expect(await textOf(page)).toBe("First bold text\nand more.");
});

test("without main everything but navigation counts, and the title is the page's", async () => {
  const { title, passages } = await read(
    "<title> A &mdash; B </title><nav>x</nav><header>y</header><div>One</div><p>Two",
  );
  expect(title).toBe("A \u2014 B");
  expect(passages.map(({ text }) => text)).toEqual(["One\n\nTwo"]);
  expect(await textOf("<main></main><p>Fallback")).toBe("Fallback");
});

test("headings give path and anchor: their own id, a link's in them, or their section's", async () => {
  const { passages } = await read(
    '<h1 id=top>T</h1><p>a</p><h2 id="one">One <a class="hash-link" href="#one" aria-hidden="true">#</a></h2><p>b</p><h3><a name="two"></a>Two</h3>c<section id="three"><h2>Three\u200B</h2>d</section><h2>None</h2>e',
  );
  expect(
    passages.map(({ headingPath, url, text }) => [headingPath.join("/"), url?.split("#")[1], text]),
  ).toEqual([
    ["", undefined, "a"],
    ["One", "one", "b"],
    ["One/Two", "two", "c"],
    ["Three", "three", "d"],
    ["None", undefined, "e"],
  ]);
});

test("lists, tables and preformatted text keep their lines", async () => {
  expect(
    await textOf(
      "<ul><li>one<li>two</ul><table><tr><th>A<th>B<tr><td>1</td><td>2</td></table><pre>x\n  y</pre>z",
    ),
  ).toBe("- one\n- two\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n```\nx\n  y\n```\n\nz");
});

test("an item keeps its number, its place and what else is in it, and its words have no marks", async () => {
  const page =
    "<ol start=3><li><p>One</p><pre>a\n\n b</pre><p>more</p><li>Two<ul><li>x<br>y<ul><li>z</ul></ul><li value=9>1. Last</ol>End";
  const [passage] = (await read(page)).passages;
  expect(passage?.text).toBe(
    "3. One\n    ```\n    a\n\n     b\n    ```\n\n    more\n4. Two\n    - x\n        y\n        - z\n9. 1. Last\n\nEnd",
  );
  expect(passage?.words).toBe("One\na\n\n b\n\nmore\nTwo\nx\ny\nz\n1. Last\n\nEnd");
});

test("the cells of a table stay in their columns, whatever they hold or span", async () => {
  const page =
    "<table><thead><tr><th></th><td><p>Free</p></td><td>a|b</td></tr></thead><tr><td rowspan=2>SSO<td></td><td>no<br>yes</tr><tr><td>x<td><p>y</p><p>z</p></tr><tr><td colspan=2>All<td><ul><li>q<li>r</ul></table>";
  const [passage] = (await read(page)).passages;
  expect(passage?.text.split("\n")).toEqual([
    "|  | Free | a\\|b |",
    "|---|---|---|",
    "| SSO |  | no yes |",
    "|  | x | y z |",
    "| All |  | \u2022 q \u2022 r |",
  ]);
  expect(passage?.words).toBe(
    "Free \u00B7 a|b\nSSO \u00B7 no yes\nx \u00B7 y z\nAll \u00B7 \u2022 q \u2022 r",
  );
});

test("a table that is cut has its header in each passage, as words only in the first", async () => {
  const rows = Array.from(
    { length: 90 },
    (_, index) => `<tr><td>Item ${index}<td>${"x".repeat(30)}`,
  );
  const page = `<p>Prices:</p><table><tr><th></th><th>Price</th></tr>${rows.join("")}</table><p>End`;
  const { passages } = await read(page);
  expect(passages.length).toBeGreaterThan(2);
  for (const { text } of passages)
    expect(text.match(/^\|  \| Price \|\n\|:?---\|/gm)).toHaveLength(1);
  const words = passages.map((passage) => passage.words).join("\n");
  expect(words.match(/Price$/gm)).toHaveLength(1);
  expect(words.match(/^Item \d+ \u00B7 x+$/gm)).toHaveLength(90);
});

test("a table that lays out a page is no table, and items with headings are sections", async () => {
  const layout =
    "<table><tr><td><h2>T</h2><p>One.</p><p>Two.</p><ul><li>a</ul></td><td>Side</td></tr></table>";
  expect(await textOf(layout)).toBe("One.\n\nTwo.\n\n- a\n\nSide");
  const cards = "<ul><li><h3>A</h3><p>one</p><li><h3>B</h3><p>two</p></ul>";
  expect(await textOf(cards)).toBe("one\n---\ntwo");
});

test("words that look like marks stay words", async () => {
  const lines = ["1. a", "1\\. b", "- c", "\\- d", "| e |", "|---|", "```", "f", "```"];
  const page = lines.map((line) => `<p>${line}</p>`).join("");
  expect((await read(page)).passages[0]?.words).toBe(lines.join("\n\n"));
});

test("preformatted text stands between fences in each passage, longer than its own", async () => {
  const lines = Array.from({ length: 200 }, (_, index) => `  # step ${index}\n  row_${index}()`);
  const { passages } = await read(`<p>Run:</p><pre>\n${lines.join("\n")}\n</pre><p>Rest.</p>`);
  expect(passages.length).toBeGreaterThan(2);
  for (const { text, words } of passages) {
    expect(text.match(/^```$/gm)).toHaveLength(2);
    expect(words).not.toContain("```");
  }
  const kept = passages.flatMap(({ words }) => words.split("\n"));
  for (const line of lines.join("\n").split("\n")) expect(kept).toContain(line);
  expect(await textOf("<pre>```\nx\n```</pre>")).toBe("````\n```\nx\n```\n````");
  expect((await read("<p>```</p><p>x</p>")).passages[0]?.words).toBe("```\n\nx");
});

test("character references are decoded, unknown ones stay, none becomes a NUL", async () => {
  expect(
    await textOf(
      "<p>&lt;b&gt; &eacute;&#233;&#xE9; &copy &#150; &bogus; a&b &#0; &#xD800; &#1114112; AT&amp;T",
    ),
  ).toBe("<b> \u00E9\u00E9\u00E9 \u00A9 \u2013 &bogus; a&b \uFFFD \uFFFD \uFFFD AT&T");
});

test("spans lead back to the source of each passage", async () => {
  const source =
    "<body>\n<h2>A &amp; B</h2> <p>Caf&eacute;  is\n<i>open</i> &gt;</p><h2>C</h2><p>x&amp;</p>";
  const { passages } = await read(source);
  expect(passages.map(({ start, end }) => source.slice(start, end))).toEqual([
    "Caf&eacute;  is\n<i>open</i> &gt;",
    "x&amp;",
  ]);
});

test.each([
  ["tags that never end", "<p>a</p><a href='", "a"],
  ["a less-than sign", "1 < 2 <3 <", "1 < 2 <3 <"],
  ["a comment that never ends", "a<!-- b", "a"],
  ["a script that never ends", "a<script>b", "a"],
  ["stray closing tags", "</p></main></table>a</div>", "a"],
  ["nothing", "", ""],
  ["unquoted attributes", "<a href=x/y>z</a>", "z"],
  ["quotes in attributes", "<a title='>' data-x=\">\">z</a>", "z"],
  ["capitals", "<SCRIPT>x</SCRIPT><P>y</P>", "y"],
])("%s are read", async (_, source, expected) => {
  expect(await textOf(source)).toBe(expected);
});

test("long pages are cut, and every word is kept once", async () => {
  const words = Array.from({ length: 3000 }, (_, index) => `w${index}`);
  const { passages } = await read(`<main><p>${words.join(" ").replaceAll("7 ", "7.</p><p>")}`);
  expect(passages.flatMap(({ text }) => text.match(/w\d+/g) ?? [])).toEqual(words);
  for (const { text } of passages) expect(text.length).toBeLessThanOrEqual(1500);
});
