import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toldResults } from "../../support/apps/assistant.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";

// One page in several versions and languages, and pages that only some of them have.
const pages: Readonly<Record<string, string>> = {
  "docs/install.md": "Install the lantern with the new command.",
  "versioned_docs/version-1.9/install.md": "Install the lantern with a hammer.",
  "versioned_docs/version-1.10/install.md": "Install the lantern with a spanner.",
  "versioned_docs/version-1.9/wick.md": "Trim the wick of the lantern weekly.",
  "versioned_docs/version-1.10/oil.md": "Fill the oil of the lantern daily.",
  "i18n/fr/docusaurus-plugin-content-docs/current/install.md":
    "Installez la lanterne (install lantern) avec la commande.",
  "i18n/fr/docusaurus-plugin-content-docs/version-1.10/install.md":
    "Installez la lanterne (install lantern) avec une pince.",
  "docs/zh/glass.md": "\u706f\u7b3c\u7684\u73bb\u7483 glass \u8981\u6bcf\u5929\u64e6\u3002",
  "docs/glass.md": "Polish the glass of the lantern.",
};

async function* lanternPages() {
  for (const [path, text] of Object.entries(pages)) {
    const content = `# Page\n\n${text}`;
    yield toSourceDocument({ path, content, mediaType: "text/markdown" });
  }
}

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ READ_RATE_LIMIT: "1000/60s", CHAT_RATE_LIMIT: "1000/60s" });
  const urlBase = "https://lantern.example";
  await docent.app.ingest("lantern", lanternPages(), { missing: "remove", urlBase });
});
afterAll(() => docent.close());

async function found(q: string, scope: Readonly<Record<string, string>> = {}) {
  const response = await docent.fetch(`/api/search?${new URLSearchParams({ q, ...scope })}`);
  const body = await response.json();
  return body.passages?.map(({ path }: { path: string }) => path) ?? body;
}
const ask = async (more: object) => {
  const body = { message: "How do I install the lantern?", ...more };
  const response = await docent.post("/api/chat", body, { accept: "application/json" });
  return (await response.json()).response;
};
const current = "docs/install.md";
const french = "i18n/fr/docusaurus-plugin-content-docs/current/install.md";

describe("a question is answered from the documents it is about", () => {
  test.each([
    ["the newest version", "install lantern", {}, current],
    ["a version", "install lantern", { version: "1.9" }, "versioned_docs/version-1.9/install.md"],
    [
      "a version with its v",
      "install",
      { version: "v1.10" },
      "versioned_docs/version-1.10/install.md",
    ],
    ["a language", "install lantern", { language: "fr" }, french],
    ["a language of another region", "install lantern", { language: "fr-CA" }, french],
    [
      "the version and language of the page",
      "install lantern",
      { page: "https://lantern.example/fr/docs/1.10/oil" },
      "i18n/fr/docusaurus-plugin-content-docs/version-1.10/install.md",
    ],
    [
      "what is named, before the page's",
      "install lantern",
      { page: "https://lantern.example/fr/docs/1.10/oil", version: "1.9", language: "en" },
      "versioned_docs/version-1.9/install.md",
    ],
    ["the language of the question's script", "\u706f\u7b3c glass", {}, "docs/zh/glass.md"],
    ["the language of the question's words", "comment installez la lanterne install", {}, french],
    ["the documents' own language", "glass lantern", {}, "docs/glass.md"],
  ])("%s", async (_, question, scope, path) => {
    const paths = await found(question, scope);
    expect(paths[0]).toBe(path);
    const others = paths.filter((each: string) => /install|glass/.test(each) && each !== path);
    const name = /[a-z]+\.md$/.exec(path)?.[0] ?? "";
    expect(others.filter((each: string) => each.endsWith(name))).toEqual([]);
  });

  test("what only the newest of the versions says is found, and of older ones what they are asked for", async () => {
    expect(await found("oil daily")).toEqual(["versioned_docs/version-1.10/oil.md"]);
    expect(await found("wick lantern")).not.toContain("versioned_docs/version-1.9/wick.md");
    expect((await found("wick lantern", { version: "1.9" }))[0]).toBe(
      "versioned_docs/version-1.9/wick.md",
    );
  });

  test("where nothing is left in scope, everything counts", async () => {
    expect(await found("trim weekly")).toEqual(["versioned_docs/version-1.9/wick.md"]);
    expect(await found("trim weekly", { version: "7", language: "de" })).toEqual([
      "versioned_docs/version-1.9/wick.md",
    ]);
  });

  test("in the chat as well", async () => {
    expect(await ask({})).toContain("new command");
    expect(await ask({ version: "1.9" })).toContain("hammer");
    expect(await ask({ page: "/docs/1.10/intro" })).toContain("spanner");
  });

  test("the documents say their version, language and published address", async () => {
    const { documents } = await (await docent.fetch("/api/documents?source=lantern")).json();
    const of = (path: string) => documents.find((each: { path: string }) => each.path === path);
    expect(of("i18n/fr/docusaurus-plugin-content-docs/version-1.10/install.md")).toMatchObject({
      version: "1.10",
      language: "fr",
      url: "https://lantern.example/fr/docs/1.10/install",
    });
    expect(of("versioned_docs/version-1.9/wick.md")).toMatchObject({
      version: "1.9",
      language: null,
      url: "https://lantern.example/docs/1.9/wick",
    });
    expect(of("docs/zh/glass.md")).toMatchObject({ version: null, language: "zh" });
    expect(of(current)).toMatchObject({ version: null, language: null });
  });
});

test("the assistant searches again within what the request is about", async () => {
  const script = createScriptedModel();
  const assistant = await createTestApp({}, { ...docent.ports, languageModel: script.model });
  const search = { query: "install lantern", limit: 1 };
  script.call("search_documents", search);
  script.end();
  script.end();
  const asked = { message: "How is it put up?", version: "1.9", language: "en" };
  await (await assistant.post("/api/chat", asked)).text();
  expect(toldResults(script.requests[1])).toMatchObject([
    { passages: [{ text: expect.stringContaining("hammer") as string }] },
  ]);
});

test.each([{ version: "x".repeat(51) }, { language: "not a tag" }, { page: "x".repeat(2001) }])(
  "%j is refused",
  async (scope) => {
    const query = new URLSearchParams({ q: "lantern", ...scope });
    expect((await docent.fetch(`/api/search?${query}`)).status).toBe(400);
    expect((await docent.post("/api/chat", { message: "lantern", ...scope })).status).toBe(400);
  },
);
