import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const key = "the operator's key of at least thirty-two bytes";
const operator = { authorization: `Bearer ${key}` };
const garden = {
  path: "guide/02-watering.md",
  content:
    "# The garden\n\n## How often do roses want water?\n\nRoses want water twice a week. In summer give them more.\n\n## Tools\n\nA watering can holds ten litres.\n",
};

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({
    ADMIN_API_KEY: key,
    DOCUMENT_LIMIT_MB: "1",
    DOCUMENTS_URL_BASE: "https://book.example/docs",
  });
});
afterAll(() => docent.close());

const base64 = (bytes: Buffer) => ({ content: bytes.toString("base64"), encoding: "base64" });
const put = async (body: object) => {
  const response = await docent.post("/api/documents", body, operator);
  return { status: response.status, body: await response.json() };
};
const search = async (query: string) => (await docent.fetch(`/api/search?q=${query}`)).json();
const list = async (query = "") => (await docent.fetch(`/api/documents${query}`)).json();

describe("POST /api/documents", () => {
  test("takes a document in, once, and replaces it by its path", async () => {
    const added = await put(garden);
    expect(added).toMatchObject({
      status: 201,
      body: { result: "added", document: { passages: 2 } },
    });
    expect(await put(garden)).toMatchObject({ status: 200, body: { result: "unchanged" } });
    const changed = await put({ ...garden, content: `${garden.content}\nIt leaks.\n` });
    expect(changed).toMatchObject({ status: 200, body: { result: "changed" } });
    expect(changed.body.document.id).toBe(added.body.document.id);
    expect((await list()).documents).toHaveLength(1);
  });

  test("links passages where the documents are published", async () => {
    const { passages } = await search("how often water roses");
    expect(passages[0]).toMatchObject({
      path: garden.path,
      title: "The garden",
      heading_path: ["How often do roses want water?"],
      url: "https://book.example/docs/guide/watering#how-often-do-roses-want-water",
    });
    expect(garden.content.slice(passages[0].start, passages[0].end)).toBe(passages[0].text);
  });

  test("takes bytes in base64, whatever their encoding, and says what is wrong with them", async () => {
    const moles = {
      path: "moles.md",
      ...base64(Buffer.from("\uFEFF# Moles\n\nMoles dig.", "utf16le")),
    };
    expect((await put(moles)).status).toBe(201);
    expect((await search("moles+dig")).passages[0]).toMatchObject({ text: "Moles dig." });
    expect(await put({ path: "moles.md", ...base64(Buffer.from([0x61, 0xff])) })).toMatchObject({
      status: 400,
      body: { code: "unreadable_document", detail: "The document is not valid UTF-8 at byte 1." },
    });
    expect((await search("moles+dig")).passages[0]).toMatchObject({ text: "Moles dig." });
  });

  test.each([
    [
      "an encoding that is none",
      { path: "a.md", content: "%", encoding: "base64" },
      400,
      "invalid_input",
    ],
    ["an absolute path", { path: "/etc/passwd", content: "x" }, 400, "invalid_input"],
    ["a path that climbs", { path: "a/../../b.md", content: "x" }, 400, "invalid_input"],
    [
      "a path of too many bytes",
      {
        path: `${String.fromCharCode(
          ...Array(996)
            .fill(0x4e00)
            .map((first, at) => first + at),
        )}.md`,
        content: "x",
      },
      400,
      "invalid_input",
    ],
    ["no content", { path: "a.md" }, 400, "invalid_input"],
    ["a kind that cannot be told", { path: "a.bin", content: "x" }, 400, "invalid_input"],
    ["a script as its address", { ...garden, url: "javascript:alert(1)" }, 400, "invalid_input"],
    [
      "too large a document",
      { path: "a.md", content: "é".repeat(600_000) },
      413,
      "document_too_large",
    ],
    [
      "far too large a body",
      { path: "a.md", content: "x".repeat(7_000_000) },
      413,
      "body_too_large",
    ],
  ])("refuses %s", async (_, body, status, code) => {
    const before = await list();
    expect(await put(body)).toMatchObject({ status, body: { code } });
    expect(await list()).toEqual(before);
  });

  test.each([
    ["nobody's key", {}],
    ["a wrong key", { authorization: "Bearer the operator's key of at least thirty-two byteS" }],
  ])("is closed to %s", async (_, headers) => {
    const response = await docent.post("/api/documents", garden, headers);
    expect(response.status).toBe(401);
  });

  test("is closed to a guest", async () => {
    const { access_token } = await (await docent.post("/api/auth/guest", {})).json();
    const headers = { authorization: `Bearer ${access_token}` };
    expect((await docent.post("/api/documents", garden, headers)).status).toBe(401);
  });

  test("says which setting is missing where there is no key", async () => {
    const keyless = await createTestApp();
    const response = await keyless.post("/api/documents", garden, operator);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "settings_missing" });
    await keyless.close();
  });
});

describe("the documents", () => {
  test("are listed in pages, each once, those changed last first", async () => {
    for (let index = 0; index < 5; index += 1) {
      await put({ path: `page-${index}.md`, content: `Number ${index}.`, source: "pages" });
    }
    const paths: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await list(`?source=pages&limit=2${cursor && `&cursor=${cursor}`}`);
      paths.push(...page.documents.map(({ path }: { path: string }) => path));
      cursor = page.next_cursor;
    }
    expect(paths).toEqual(["page-4.md", "page-3.md", "page-2.md", "page-1.md", "page-0.md"]);
  });

  test.each(["x", "", "0.01900000-0000-7000-8000-000000000000", btoa('["-created_at",1,"x"]')])(
    "are not listed from the cursor %j, which is none of this list",
    async (cursor) => {
      const answer = await list(`?cursor=${encodeURIComponent(cursor)}`);
      expect(answer).toMatchObject({ status: 400, code: "invalid_cursor" });
    },
  );

  test("are read whole, and gone once removed", async () => {
    const { id } = (await put({ path: "short-lived.md", content: "Mayflies live a day." })).body
      .document;
    const whole = await (await docent.fetch(`/api/documents/${id}`)).json();
    expect(whole).toMatchObject({
      path: "short-lived.md",
      media_type: "text/markdown",
      passages: [{ text: "Mayflies live a day.", start: 0, end: 20 }],
    });
    const remove = () =>
      docent.fetch(`/api/documents/${id}`, { method: "DELETE", headers: operator });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect((await docent.fetch(`/api/documents/${id}`)).status).toBe(404);
    expect((await search("mayflies")).passages).not.toContainEqual(
      expect.objectContaining({ document_id: id }),
    );
  });

  test.each(["nonsense", "01900000-0000-7000-8000-000000000000"])("%s is not found", async (id) => {
    expect((await docent.fetch(`/api/documents/${id}`)).status).toBe(404);
    const response = await docent.fetch(`/api/documents/${id}`, {
      method: "DELETE",
      headers: operator,
    });
    expect(response.status).toBe(404);
  });
});

describe("GET /api/search", () => {
  test("shows why with explain=1", async () => {
    const { explanation } = await search("roses&explain=1");
    expect(explanation.terms.map(({ text }: { text: string }) => text)).toContain("roses");
    expect(explanation.round_trips).toBe(2);
  });

  test.each([
    "",
    "?q=",
    "?q=%20",
    `?q=${"x".repeat(2001)}`,
    "?q=a&limit=0",
    "?q=a&limit=many",
    "?q=a&explain=yes",
  ])("refuses %s", async (query) => {
    const response = await docent.fetch(`/api/search${query}`);
    expect(response.status).toBe(400);
    expect((await response.json()).code).toBe("invalid_input");
  });

  test.each(["'; drop table passages; --", "100%_\\", "???", "\u{1F339}", "%F0%9F"])(
    "is not upset by %s",
    async (query) => {
      const response = await docent.fetch(
        `/api/search?q=${query.startsWith("%F") ? query : encodeURIComponent(query)}`,
      );
      expect(response.status).toBe(query.startsWith("%F") ? 400 : 200);
    },
  );
});

test("GET /api/suggestions offers headings, those that ask first", async () => {
  const { suggestions } = await (await docent.fetch("/api/suggestions")).json();
  expect(suggestions).toContain("How often do roses want water?");
});
