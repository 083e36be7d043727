import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const key = "the operator's key of at least thirty-two bytes";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({
    ADMIN_API_KEY: key,
    DOCUMENTS_URL_BASE: "https://book.example/docs",
  });
});
afterAll(() => docent.close());

async function takeIn(path: string, content: string) {
  const headers = { authorization: `Bearer ${key}` };
  const added = await docent.post("/api/documents", { path, content }, headers);
  expect(added.status).toBeLessThan(300);
  const { document } = await added.json();
  return (await docent.fetch(`/api/documents/${document.id}`)).json();
}

test.each([
  ["a title", 'title: "a\\u0000b \\ud800"', { title: "a\uFFFDb \uFFFD" }],
  ["a title of whole characters", 'title: "\\ud83d\\ude00"', { title: "\u{1F600}" }],
  ["a description", 'description: "a\\u0000b"', { description: "a\uFFFDb" }],
  ["a slug", 'slug: "a\\ud800"', { url: "https://book.example/docs/a%EF%BF%BD" }],
  ["an id", 'id: "a\\ud800"', { url: "https://book.example/docs/a%EF%BF%BD" }],
])(
  "escapes in front matter that no database can store are replaced: %s",
  async (_, line, expected) => {
    const read = await takeIn(`front-${_}.md`, `---\n${line}\n---\nMoles dig.\n`);
    expect(read).toMatchObject(expected);
  },
);

// Headings, titles and attributes are read up to a length, which may fall into the middle of a character.
const odd = `${"a".repeat(994)}${"\u{1F600}".repeat(600)}`;
const even = `a${odd}`;

test.each([
  ["md", `# Moles\n\n## ${odd}\n\nMoles dig.`],
  ["md", `# Moles\n\n## ${even}\n\nMoles dig.`],
  ["html", `<title>${odd}</title><p>Moles dig.</p>`],
  ["html", `<title>${even}</title><p>Moles dig.</p>`],
  ["html", `<p>Moles dig. <img alt="${odd}"></p>`],
  ["html", `<p>Moles dig. <img alt=${even}></p>`],
])("a text in .%s that is cut keeps its characters whole (%#)", async (extension, content) => {
  const { title, passages } = await takeIn(`cut.${extension}`, content);
  expect(JSON.stringify(passages)).toContain("Moles dig.");
  expect(JSON.stringify([title, passages])).not.toContain("\uFFFD");
});
