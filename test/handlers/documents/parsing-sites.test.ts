import { expect, test } from "vitest";
import { parse, type TextDocument } from "../../support/apps/parse.ts";

const md = "text/markdown";
const mdx = "text/mdx";
const read = (content: string, more: Partial<TextDocument> = {}) =>
  parse({ path: "guide.md", mediaType: md, content, ...more });
const wordsOf = async (content: string, mediaType: string) =>
  (await read(content, { mediaType })).passages.map(({ words }) => words).join("\n---\n");

// What documentation sites add to Markdown: Docusaurus, Starlight, VitePress.

test("a page's description is read from its front matter, or from a page of HTML", async () => {
  const folded = "---\ndescription: >\n  How to\n  row.\n---\nText";
  expect((await read(folded)).description).toBe("How to row.");
  expect((await read("---\ndescription: ''\n---\nText")).description).toBeNull();
  expect((await read("Text")).description).toBeNull();
  const html = `<head><meta name="Description" content="Oars &amp; more"></head><p>Text`;
  expect((await read(html, { mediaType: "text/html" })).description).toBe("Oars & more");
  const long = `---\ndescription: ${"oar ".repeat(300)}\n---\nText`;
  expect((await read(long)).description).toHaveLength(500);
});

test.each(["_row.mdx", "guides/_row.md", "_parts/row.md", "guides/_parts/deep/row.mdx"])(
  "%s is a part of other pages and no page",
  async (path) => {
    expect((await read("# Row\n\nText", { path })).passages).toEqual([]);
  },
);

test("a name with an underscore in it is a page, and so is a file of no site generator", async () => {
  expect((await read("Text", { path: "a_b/c_d.md" })).passages).toHaveLength(1);
  const text = { path: "_notes.txt", mediaType: "text/plain" };
  expect((await read("Text", text)).passages).toHaveLength(1);
});

test("number prefixes are kept where the site keeps them", async () => {
  const document = { path: "1-start/02-row.md", mediaType: md, content: "## Oar\n\nText" };
  const keep = { urlBase: "https://x.example", numberPrefixes: "keep" } as const;
  const kept = await parse(document, keep);
  expect(kept.title).toBe("02 row");
  expect(kept.passages[0]?.url).toBe("https://x.example/1-start/02-row#oar");
  const dropped = await parse(document, { ...keep, numberPrefixes: "drop" });
  expect(dropped.title).toBe("Row");
  expect(dropped.passages[0]?.url).toBe("https://x.example/start/row#oar");
});

test.each([
  ["opens in JSX and closes with less indentation", "    ```js\n    row();\n  ```"],
  ["opens behind a tab and closes behind spaces", "  \t```js\n  row();\n    ```"],
  ["opens deep and closes at the margin", "      ```js\nrow();\n```"],
  ["has what looks like a heading in it", "    ```sh\n    # row\n    row\n    ```"],
])("a fence that %s ends there", async (_, fence) => {
  const content = `## One\n\n<Tabs>\n  <TabItem label="JS">\n${fence}\n  </TabItem>\n</Tabs>\n\n## Two {#second}\n\nText\n\n### Three\n\nText`;
  const { passages } = await parse(
    { path: "a.mdx", mediaType: mdx, content },
    { urlBase: "https://x.example" },
  );
  expect(passages.map(({ url }) => url?.split("#")[1])).toEqual(["one", "second", "three"]);
});

test("tabs keep their labels, their code and nothing of their tags", async () => {
  const tabs = `Install it:

<Tabs groupId="os">
  <TabItem value="l" label="Linux">
    \`\`\`sh
    get oar
    \`\`\`
  </TabItem>
  <TabItem value="m" label='macOS'>
    Press **the** button.
  </TabItem>
</Tabs>`;
  const lines = (await wordsOf(tabs, mdx)).split(/\n+/);
  expect(lines).toEqual(["Install it:", "Linux", "get oar", "macOS", "Press the button."]);
});

test("cards and pictures say what they show", async () => {
  const cards = `<LinkCard title="Rowing" description="How to row." href="/row" />
<Image src={oar} alt="An oar" />
<Since v="2.0" />
Text <Badge text="new" /> here.`;
  expect((await wordsOf(cards, mdx)).split("\n")).toEqual([
    "Rowing: How to row.",
    "An oar",
    "Text here.",
  ]);
});

test("options on lines of their own stay apart", async () => {
  const options = "<Option>\nRow left\n</Option>\n<Option>\nRow right\n</Option>";
  expect((await wordsOf(options, mdx)).split("\n")).toEqual(["Row left", "Row right"]);
});

test.each([
  [":::note\nMind the oar.\n:::", "Mind the oar."],
  [":::tip[Good to know]\nMind the oar.\n:::", "Good to know\nMind the oar."],
  ["::: warning Careful\nMind the oar.\n:::", "Careful\nMind the oar."],
  ["::: details\nMind the oar.\n:::", "Mind the oar."],
  [
    "::: code-group\n\n```sh [npm]\nnpm i oar\n```\n\n```sh [yarn]\nyarn add oar\n```\n\n:::",
    "npm i oar\n\nyarn add oar",
  ],
])("%j is read as %j", async (content, words) => {
  expect(await wordsOf(content, md)).toBe(words);
});

test("a page's scripts and styles are none of its text, and preformatted lines stay lines", async () => {
  const page = `<script setup>
import { ref } from 'oar'

const one = ref(1)
</script>

Text<br>goes on.

<div class="shell"><pre><code>$ row <b>left</b>
$ row right
</code></pre></div>

<style scoped>
.oar { color: red }
</style>`;
  expect(await wordsOf(page, md)).toBe(
    "Text\ngoes on.\n---\n$ row left\n$ row right".replace("\n---\n", "\n\n"),
  );
});

test("a passage of tags alone is none", async () => {
  expect(
    (await read("## One\n\n<Since />\n\n## Two\n\nText", { mediaType: mdx })).passages,
  ).toMatchObject([{ ordinal: 0, headingPath: ["Two"] }]);
});

test("code that is cut stays code in every piece", async () => {
  const lines = Array.from({ length: 200 }, (_, index) => `# step ${index}\nrow_${index}()`);
  const content = `## Script\n\nRun this:\n\n\`\`\`py\n${lines.join("\n")}\n\`\`\`\n\nThen rest.`;
  const { passages } = await read(content);
  expect(passages.length).toBeGreaterThan(2);
  for (const { text } of passages) {
    const fences = text.match(/^```.*$/gm) ?? [];
    expect(fences.map((fence) => fence.trim())).toEqual(["```py", "```"]);
  }
  const words = passages.flatMap((passage) => passage.words.split("\n"));
  for (const line of lines.join("\n").split("\n")) expect(words).toContain(line);
  expect(words).toContain("Then rest.");
});
