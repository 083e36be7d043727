import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attachment } from "../../../handlers/http/attachment.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import { signIn, type SignedIn } from "../../support/clients/signed-in.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const id = "01900000-0000-7000-8000-00000000000a";
const base = { id: "p", document_id: "d", path: "a.md", excerpt: "…", start: 0, end: 1, score: 1 };
const sources = [
  {
    ...base,
    title: "Guide",
    url: "https://docs.example/a(b)?q=<x>",
    heading_path: ["Guide", "Start [1]"],
  },
  { ...base, title: "Notes", url: null, heading_path: [] },
];

let docent: TestApp;
let ana: SignedIn;
beforeAll(async () => {
  docent = await createTestApp();
  ana = await signIn(docent);
  await docent.database.query(sql`
    insert into conversations (id, owner_id, title) values (${id}::uuid, ${ana.userId}::uuid, 'Où *est*? "1"')`);
  await docent.database.query(sql`
    insert into messages (id, conversation_id, role, content, status, sources, created_at) values
      (gen_random_uuid(), ${id}::uuid, 'user', 'Where is it?', 'complete', '[]', '2026-01-02T03:04:05Z')`);
  // Its id sorts behind the question's.
  await docent.database.query(sql`
    insert into messages (id, conversation_id, role, content, status, sources, created_at) values
      ('ffffffff-0000-7000-8000-000000000000', ${id}::uuid, 'assistant', 'Here [1] and there [2].',
       'stopped', ${JSON.stringify(sources)}::text::jsonb, '2026-01-02T03:05:00Z')`);
});
afterAll(() => docent.close());

async function download(query: string) {
  const path = `/api/conversations/${id}/export${query}`;
  const response = await docent.fetch(path, { headers: ana.headers });
  expect(response.status).toBe(200);
  return {
    type: response.headers.get("content-type"),
    name: response.headers.get("content-disposition"),
    text: await response.text(),
  };
}

describe("an exported conversation", () => {
  test("is whole as JSON", async () => {
    const { type, name, text } = await download("");
    expect(type).toBe("application/json; charset=utf-8");
    expect(name).toBe(
      `attachment; filename="Ou est 1.json"; filename*=UTF-8''O%C3%B9%20est%201.json`,
    );
    const read = await docent.fetch(`/api/conversations/${id}`, { headers: ana.headers });
    expect(JSON.parse(text)).toEqual(await read.json());
    expect((await download("?format=json")).text).toBe(text);
  });

  test("is Markdown with linked sources", async () => {
    const { type, text } = await download("?format=markdown");
    expect(type).toBe("text/markdown; charset=utf-8");
    expect(text).toBe(String.raw`# Où \*est\*? "1"

## You · 2026-01-02 03:04 UTC

Where is it?

## Docent · 2026-01-02 03:05 UTC · stopped

Here [1] and there [2].

Sources:

1. [Guide › Start \[1\]](<https://docs.example/a(b)?q=%3Cx%3E>)
2. Notes
`);
  });

  test("is plain text with the sources' addresses", async () => {
    const { type, name, text } = await download("?format=text");
    expect(type).toBe("text/plain; charset=utf-8");
    expect(name).toContain('filename="Ou est 1.txt"');
    expect(text).toBe(`Où *est*? "1"

--- You · 2026-01-02 03:04 UTC ---

Where is it?

--- Docent · 2026-01-02 03:05 UTC · stopped ---

Here [1] and there [2].

Sources:

[1] Guide › Start [1] https://docs.example/a(b)?q=<x>
[2] Notes
`);
  });

  test("has no other format", async () => {
    const path = `/api/conversations/${id}/export?format=pdf`;
    expect((await docent.fetch(path, { headers: ana.headers })).status).toBe(400);
  });
});

test.each([
  ["../../etc/passwd", "etc passwd", "etc%20passwd"],
  ['a"; filename="evil.exe', "a ; filename= evil.exe", "a%20%3B%20filename%3D%20evil.exe"],
  ["line\r\nset-cookie: x=1", "line set-cookie x=1", "line%20set-cookie%20x%3D1"],
  ["\u202Etxt.exe", "txt.exe", "txt.exe"],
  ["漢字", "untitled", "%E6%BC%A2%E5%AD%97"],
  ["it's (50%) done*", "it's (50 ) done", "it%27s%20%2850%25%29%20done"],
  ["...", "untitled", "untitled"],
  ["\uD83D", "untitled", "%EF%BF%BD"],
])("a file named after %j is safe to send and to save", (title, ascii, encoded) => {
  const header = attachment(title, "md");
  expect(header).toBe(`attachment; filename="${ascii}.md"; filename*=UTF-8''${encoded}.md`);
  expect(new Headers({ "content-disposition": header }).get("content-disposition")).toBe(header);
});

test("a long title is cut between characters", () => {
  const name = /UTF-8''(.*)\.md$/.exec(attachment("🙂".repeat(200), "md"))?.[1] ?? "";
  expect(decodeURIComponent(name)).toBe("🙂".repeat(60));
});
