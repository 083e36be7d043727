import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { adminKey } from "../../support/clients/callers.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey });
});
afterAll(() => docent.close());

async function put(body: object) {
  const headers = { authorization: `Bearer ${adminKey}` };
  return (await docent.post("/api/documents", body, headers)).json();
}

test("a document's passages are read in pages, each once and in order", async () => {
  const sections = Array.from({ length: 7 }, (_, index) => `## Step ${index}\n\nDo ${index}.`);
  const content = sections.join("\n\n");
  const { id } = (await put({ path: "steps.md", content })).document;
  const read = async (query: string) => (await docent.fetch(`/api/documents/${id}${query}`)).json();
  const texts: string[] = [];
  let query = "?limit=3";
  for (;;) {
    const page = await read(query);
    expect(page).toMatchObject({ path: "steps.md" });
    expect(page.passages.length).toBeLessThanOrEqual(3);
    texts.push(...page.passages.map(({ text }: { text: string }) => text));
    if (page.next_cursor === null) break;
    query = `?limit=3&cursor=${page.next_cursor}`;
  }
  expect(texts).toEqual(Array.from({ length: 7 }, (_, index) => `Do ${index}.`));
  expect(await read("?limit=201")).toMatchObject({ status: 400, code: "invalid_input" });

  const { next_cursor: cursor } = await read("?limit=3");
  await put({ path: "steps.md", content: `${content}\n\nDone.` });
  expect(await read(`?cursor=${cursor}`)).toMatchObject({ status: 400, code: "invalid_cursor" });
  const { id: other } = (await put({ path: "other.md", content })).document;
  const elsewhere = await docent.fetch(`/api/documents/${other}?cursor=${cursor}`);
  expect(await elsewhere.json()).toMatchObject({ status: 400, code: "invalid_cursor" });
});

test("a page has at most 50 passages unless asked for more", async () => {
  const content = Array.from({ length: 60 }, (_, index) => `## Rule ${index}\n\nObey.`);
  const body = { path: "rules.md", content: content.join("\n\n") };
  const { id } = (await put(body)).document;
  const { passages } = await (await docent.fetch(`/api/documents/${id}`)).json();
  expect(passages).toHaveLength(50);
});
