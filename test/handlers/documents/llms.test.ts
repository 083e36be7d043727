import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const key = "the operator's key of at least thirty-two bytes";
const operator = { authorization: `Bearer ${key}` };
const address = "https://docent.example";
const garden = [
  "---\ndescription: How to keep roses\n---\n# The garden [1]\n\nAll about it.\n",
  "## Roses\n\nRoses want water twice a week.\n",
  "### In summer\n\nThey want **more**.\n",
  "```sh\nwater --roses 2\n```\n",
  "## Tools\n\n- A watering can\n- A spade\n",
].join("\n");

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({
    ADMIN_API_KEY: key,
    PUBLIC_URL: address,
    SITE_NAME: "The Garden Book",
    DOCUMENTS_URL_BASE: "https://book.example",
  });
});
afterAll(() => docent.close());

async function put(path: string, content: string): Promise<string> {
  const added = await docent.post("/api/documents", { path, content }, operator);
  expect(added.ok).toBe(true);
  return (await added.json()).document.id;
}
const read = async (path: string) => (await docent.fetch(path.replace(address, ""))).text();

describe("with documents", () => {
  let id: string;
  beforeAll(async () => {
    id = await put("garden.md", garden);
    await put(
      "i18n/fr/docusaurus-plugin-content-docs/current/garden.md",
      "# Le jardin\n\nTout sur les roses.\n",
    );
  });

  test("GET /llms.txt lists them with their addresses, translations as optional", async () => {
    const response = await docent.fetch("/llms.txt");
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    const text = await response.text();
    expect(text).toMatch(/^# The Garden Book\n\n> \S/);
    const [, main = "", optional = ""] = text.split(/^## .+$/m);
    expect(main.trim()).toBe(`- [The garden \\[1\\]](${address}/llms/${id}.md): How to keep roses`);
    expect(optional.trim()).toMatch(/^- \[Le jardin\]\(.+\.md\)$/);
    expect(text).toMatch(/^## Optional$/m);
  });

  test("a document is Markdown with its headings, at the address of the list", async () => {
    const [, link = ""] = /\((.+\.md)\)/.exec(await read("/llms.txt")) ?? [];
    const response = await docent.fetch(link.replace(address, ""));
    expect(response.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    expect(await response.text()).toBe(
      [
        "# The garden [1]",
        "> How to keep roses",
        "Source: <https://book.example/garden>",
        "All about it.",
        "## Roses",
        "Roses want water twice a week.",
        "### In summer",
        "They want **more**.",
        "```sh\nwater --roses 2\n```",
        "## Tools",
        "- A watering can\n- A spade\n",
      ].join("\n\n"),
    );
  });

  test("GET /llms-full.txt has all of them, one behind another", async () => {
    const text = await read("/llms-full.txt");
    const list = (await read("/llms.txt")).matchAll(/\((\S+\.md)\)/g);
    const documents = await Promise.all(Array.from(list, ([, link = ""]) => read(link)));
    expect(documents).toHaveLength(2);
    expect(text).toBe(documents.join("\n---\n\n"));
  });

  test("answers 304 until something changes; the address of a document stays", async () => {
    const paths = ["/llms.txt", "/llms-full.txt", `/llms/${id}.md`];
    const tags: string[] = [];
    for (const path of paths) {
      const tag = (await docent.fetch(path)).headers.get("etag") ?? "";
      const again = await docent.fetch(path, { headers: { "if-none-match": tag } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      tags.push(tag);
    }
    expect(await put("garden.md", `${garden}\nIt leaks.\n`)).toBe(id);
    for (const [index, path] of paths.entries()) {
      const headers = { "if-none-match": tags[index] ?? "" };
      const changed = await docent.fetch(path, { headers });
      expect(changed.status).toBe(200);
      if (path !== "/llms.txt") expect(await changed.text()).toContain("It leaks.");
    }
  });

  test("HEAD says the same without a body", async () => {
    const response = await docent.fetch(`/llms/${id}.md`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(response.headers.get("etag")).toMatch(/^"/);
  });
});

function sections(name: string): string[] {
  return Array.from({ length: 600 }, (_, index) => `## ${name} ${index}\n\nText of ${index}.\n`);
}

test("a large library comes in pages that together hold each document once", async () => {
  for (const name of ["aa", "bb", "cc"]) {
    await put(`long/${name}.md`, `# Long ${name}\n\n${sections(name).join("\n")}`);
  }
  const pages: string[] = [];
  for (let next: string | undefined = "/llms-full.txt"; next !== undefined;) {
    const page: string = await read(next);
    pages.push(page);
    next = /^The next documents: (\S+)\n$/m.exec(page)?.[1];
  }
  expect(pages).toHaveLength(2);
  for (const name of ["aa", "bb", "cc"]) {
    expect(pages.join("").match(new RegExp(`^## ${name} \\d+$`, "gm"))).toHaveLength(600);
  }
  expect(pages.join("").match(/^# /gm)).toHaveLength(5);
});

test.each(["removed", "changed", "shortened"])(
  "a document that is %s while it is read breaks the answer off",
  async (what) => {
    for (const path of ["/llms/{id}.md", "/llms-full.txt"]) {
      const text = `# Zz ${what}\n\n${sections("zz").join("\n")}`;
      const id = await put(`0/${what}.md`, text);
      const url = `http://localhost:7860${path.replace("{id}", id)}`;
      // Not by `docent.fetch`, which reads a copy.
      const response = await docent.app.fetch(new Request(url), { clientAddress: "192.0.2.1" });
      const reader = response.body?.getReader();
      await reader?.read();
      const remove = () =>
        docent.fetch(`/api/documents/${id}`, { method: "DELETE", headers: operator });
      if (what === "removed") await remove();
      else await put(`0/${what}.md`, what === "changed" ? `${text}\nMore.` : "# Short\n");
      const rest = async () => {
        while ((await reader?.read())?.done === false);
      };
      await expect(rest(), path).rejects.toThrow("changed while it was read");
      await remove();
    }
  },
);

test("without documents the list is empty", async () => {
  const empty = await createTestApp();
  const list = await (await empty.fetch("/llms.txt")).text();
  expect(list).toContain("http://localhost:7860/llms-full.txt");
  expect(list).not.toContain("## ");
  expect(await (await empty.fetch("/llms-full.txt")).text()).toBe("");
  await empty.close();
});

test("unknown documents and cursors are refused", async () => {
  const unknown = "01900000-0000-7000-8000-000000000000";
  expect((await docent.fetch(`/llms/${unknown}.md`)).status).toBe(404);
  expect((await docent.fetch("/llms/x.md")).status).toBe(404);
  const page = await docent.fetch(`/llms-full.txt?cursor=${unknown}`);
  expect([page.status, (await page.json()).code]).toEqual([400, "invalid_cursor"]);
});

test("they are closed where search is", async () => {
  const closed = await createTestApp({ CHAT_ACCESS: "users" });
  for (const path of ["/llms.txt", "/llms-full.txt", "/llms/x.md"]) {
    expect((await closed.fetch(path)).status).toBe(401);
  }
  await closed.close();
});
