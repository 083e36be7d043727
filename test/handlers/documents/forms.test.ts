// POST /api/documents with several files in a form.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { IngestedFiles } from "../../../handlers/contract/document.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const key = "the operator's key of at least thirty-two bytes";
const operator = { authorization: `Bearer ${key}` };

type AddedDocument = IngestedFiles["documents"][number];

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: key, DOCUMENT_LIMIT_MB: "1" });
});
afterAll(() => docent.close());

const send = async (files: readonly File[], fields: Readonly<Record<string, string>> = {}) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of files) form.append("files", file);
  const init = { method: "POST", headers: operator, body: form };
  const response = await docent.fetch("/api/documents", init);
  return { status: response.status, body: await response.json() };
};
const search = async (query: string) => (await docent.fetch(`/api/search?q=${query}`)).json();
const list = async (query = "") => (await docent.fetch(`/api/documents${query}`)).json();

test("takes several files of a form, and names the one that is no text", async () => {
  const form = new FormData();
  form.append("files", new File(["# Bees\n\nBees sleep at night."], "bees.md"));
  form.append("files", new File([new Uint8Array([0xff, 0xfe, 0x00, 0xd8])], "broken.md"));
  form.append("files", new File(["x"], "picture.png"));
  const response = await docent.fetch("/api/documents", {
    method: "POST",
    headers: operator,
    body: form,
  });
  expect(response.status).toBe(207);
  expect(await response.json()).toMatchObject({
    documents: [{ document: { path: "bees.md" }, result: "added" }],
    failed: [{ path: "broken.md" }, { path: "picture.png" }],
  });
});

test("takes a form's source and base address for all its files, which are stored together", async () => {
  const files = ["ants.md", "nest/ants.md", "ants.md"].map(
    (path, index) => new File([`# Ants\n\nAnts, part ${index}, march.`], path),
  );
  const fields = { source: "insects", url_base: "https://insects.example/" };
  const first = await send(files, fields);
  expect(first.status).toBe(207);
  expect(first.body.failed).toEqual([]);
  expect(
    first.body.documents.map(({ result, document }: AddedDocument) => [result, document.path]),
  ).toEqual([
    ["added", "ants.md"],
    ["added", "nest/ants.md"],
    ["changed", "ants.md"],
  ]);
  const { documents } = await list("?source=insects");
  expect(documents).toHaveLength(2);
  expect(documents).toContainEqual(
    expect.objectContaining({ path: "nest/ants.md", url: "https://insects.example/nest/ants" }),
  );
  expect((await search("ants+part+2+march")).passages[0]).toMatchObject({
    text: "Ants, part 2, march.",
  });
  const again = await send(files.slice(1), fields);
  expect(again.body.documents).toMatchObject([
    { result: "unchanged", document: { source: "insects", passages: 0 } },
    { result: "unchanged", document: { source: "insects", passages: 0 } },
  ]);
});

test.each(["हिन्दी", "gro\u0308ße", "R&D", "C++", "book (2nd)"])(
  "takes a source that is called as its folder: %s",
  async (source) => {
    const sent = await send([new File(["Ants march."], "ants.md")], { source });
    expect(sent.body).toMatchObject({ documents: [{ document: { source } }], failed: [] });
    const { documents } = await list(`?${new URLSearchParams({ source })}`);
    expect(documents).toMatchObject([{ path: "ants.md", source }]);
  },
);

test("names each file of a form that cannot be taken, and takes the others", async () => {
  const sent = await send([
    new File(["x"], "a/../../b.md"),
    new File(["x".repeat(1024 * 1024 + 1)], "long.md"),
    new File(["Wasps build with paper."], "wasps.md"),
    new File([new Uint8Array([0x61, 0xff])], "broken.md"),
  ]);
  expect(sent.body).toMatchObject({
    documents: [{ result: "added", document: { path: "wasps.md", source: "api" } }],
    failed: [
      { path: "a/../../b.md", failure: expect.stringContaining("must be relative") },
      { path: "long.md", failure: "larger than 1048576 bytes" },
      { path: "broken.md", failure: "not valid UTF-8 at byte 1" },
    ],
  });
  expect((await search("wasps+paper")).passages[0].path).toBe("wasps.md");
});

test("takes a path of this site as the base address, as DOCUMENTS_URL_BASE does", async () => {
  const fields = { source: "moths", url_base: "/book" };
  await send([new File(["# Moths\n\nMoths eat wool."], "moths.md")], fields);
  expect((await list("?source=moths")).documents).toMatchObject([{ url: "/book/moths" }]);
});

test.each([
  ["a source with a slash", { source: "a/b" }],
  ["the source of Docent's own README", { source: "bundled" }],
  ["a base address that is none", { url_base: "javascript:alert(1)" }],
  ["a base address with a query", { url_base: "https://insects.example/?page=" }],
])("refuses a form with %s", async (_, fields) => {
  const before = await list();
  const sent = await send([new File(["x"], "form.md")], fields);
  expect(sent).toMatchObject({ status: 400, body: { code: "invalid_input" } });
  expect(sent.body.errors[0].path).toMatch(/^form\./);
  expect(await list()).toEqual(before);
});
