import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminKey } from "../../support/clients/callers.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let user: { authorization: string };
const operator = { authorization: `Bearer ${adminKey}` };
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey });
  user = (await signIn(docent)).headers;
});
afterAll(() => docent.close());

const injections = [
  "' or '1'='1",
  "'; drop table tasks; --",
  "%",
  "_",
  "\\",
  "%%%_\\%",
  "\\'",
  "$1",
  "${1}",
  "a\u2028b",
  "*",
  ".*",
  "(((((",
  "NEAR/AND OR NOT",
  ":*",
  "foo & | !",
  "'::regclass",
  '"',
  "x".repeat(200),
];

test.each(["\u200b", "\u3164 \u115f", "\u2800", "\u00ad\ufeff"])(
  "what nobody can see (%j) names nothing and asks nothing",
  async (text) => {
    const tries = [
      docent.post("/api/chat", { message: text }, user),
      docent.post("/api/tasks", { title: text }, user),
      docent.post("/api/auth/keys", { name: text, scopes: ["chat"] }, user),
    ];
    for (const response of await Promise.all(tries)) {
      expect(response.status).toBe(400);
      expect((await response.json()).errors[0].message).toBe("must not be empty");
    }
  },
);

describe("a search", () => {
  beforeAll(async () => {
    await docent.post("/api/tasks", { title: "Water the plants" }, user);
    const document = { path: "plants.md", content: "# Plants\n\nWater them on Mondays.\n" };
    await docent.post("/api/documents", document, operator);
  });

  test.each(injections)("of tasks takes %j as it is written", async (q) => {
    const query = new URLSearchParams({ q });
    const response = await docent.fetch(`/api/tasks?${query}`, { headers: user });
    expect(response.status).toBe(200);
    expect((await response.json()).tasks).toEqual([]);
  });

  test.each(injections)("of documents takes %j as it is written", async (q) => {
    const query = new URLSearchParams({ q });
    const response = await docent.fetch(`/api/search?${query}`);
    expect(response.status).toBe(200);
    expect((await response.json()).passages).toEqual([]);
  });

  test.each(["cursor", "sort", "status", "limit"])(
    "takes nothing for %s but what it knows",
    async (name) => {
      const query = new URLSearchParams({ [name]: "created_at; drop table tasks" });
      const response = await docent.fetch(`/api/tasks?${query}`, { headers: user });
      expect(response.status).toBe(400);
    },
  );
});

const whole: Readonly<Record<string, string>> = {
  "characters of four bytes": "📚 𝒟𝑜𝒸𝑒𝓃𝓉 👩‍👩‍👧‍👦",
  "right to left": "\u202egnp.exe \u2067قائمة\u2069",
  "zero width": "ta\u200bsk\u200d\u2060",
  "combining marks without end": `Z${"\u0323\u0308".repeat(90)}`,
  "another normal form": "Cafe\u0301 ﬁancé Å",
  "a noncharacter": "\uffff \u{10ffff}",
  "what looks like markup": "<script>alert(1)</script>{{7*7}}${jndi:ldap://x}",
  "what looks like JSON": '{"$ne":null}',
};

const broken: Readonly<Record<string, string>> = {
  "U+0000": "a\0b",
  "half a character": "a\ud800b",
  "the other half": "\udc00",
};

describe("a name with", () => {
  test.each(Object.entries(whole))("%s is kept as it is, in a task", async (_, title) => {
    const answer = await docent.post("/api/tasks", { title, description: title }, user);
    expect(answer.status).toBe(201);
    const { id } = await answer.json();
    const read = await docent.fetch(`/api/tasks/${id}`, { headers: user });
    expect(await read.json()).toMatchObject({ title, description: title });
  });

  test.each(Object.entries(whole))("%s is answered, as a message", async (_, message) => {
    const answer = await docent.post("/api/chat", { message }, { accept: "application/json" });
    expect(answer.status).toBe(200);
    const { conversation_id: id, access_token } = await answer.json();
    const headers = { authorization: `Bearer ${access_token}` };
    const read = await docent.fetch(`/api/conversations/${id}`, { headers });
    expect((await read.json()).messages[0].content).toBe(message);
  });

  test.each(Object.entries(whole))("%s is kept, as a document's title", async (_, title) => {
    const document = { path: "odd.md", content: `# ${title}\n\nSome text.\n`, title };
    const answer = await docent.post("/api/documents", document, operator);
    expect(answer.status).toBeLessThan(300);
  });

  test.each(Object.entries(broken))(
    "%s is a mistake of whoever sends it, never ours",
    async (_, text) => {
      const answers = [
        docent.post("/api/tasks", { title: text }, user),
        docent.post("/api/tasks", { title: "x", description: text }, user),
        docent.post("/api/chat", { message: text }),
        docent.post("/api/chat", { message: "x", mode: "selection", context: text }),
        docent.post("/api/chat", { message: "x", conversation_id: text }),
        docent.post("/api/auth/refresh", { refresh_token: text }),
        ...["path", "content", "title", "source", "url"].map((name) =>
          docent.post(
            "/api/documents",
            { path: "x.md", content: "x", [name]: name === "path" ? `${text}.md` : text },
            operator,
          ),
        ),
      ];
      for (const answer of await Promise.all(answers)) expect(answer.status).toBeLessThan(500);
    },
  );

  test.each(Object.entries(broken))(
    "%s is refused in a message and its context",
    async (_, text) => {
      const bodies = [{ message: text }, { message: "x", mode: "selection", context: text }];
      for (const body of bodies) {
        const answer = await docent.post("/api/chat", body);
        expect(answer.status).toBe(400);
        expect(await answer.json()).toMatchObject({ code: "invalid_input" });
      }
    },
  );

  test("a megabyte is refused before it is looked at", async () => {
    const answer = await docent.post("/api/tasks", { title: "x".repeat(1_000_000) }, user);
    expect(answer.status).toBe(413);
  });

  test("201 characters is too long for a task, of whatever size in bytes", async () => {
    for (const character of ["x", "é", "界", "📚"]) {
      const title = (count: number) => ({ title: character.repeat(count) });
      expect((await docent.post("/api/tasks", title(200), user)).status).toBe(201);
      expect((await docent.post("/api/tasks", title(201), user)).status).toBe(400);
    }
  });
});
