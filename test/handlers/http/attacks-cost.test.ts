import { toJsonSchema } from "@valibot/to-json-schema";
import { safeParse } from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { adminKey, forge } from "../../support/clients/callers.ts";
import { smallestRequest } from "../../support/clients/requests.ts";
import { growsTooFast } from "../../support/hostile/work.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey });
});
afterAll(() => docent.close());

interface Schema {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Values in which one list of the schema is the given one, and all around it fits. */
function* valuesWith(list: unknown, schema: Schema): Generator {
  for (const branch of schema.anyOf ?? []) yield* valuesWith(list, branch);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    for (const value of valuesWith(list, property)) yield { id: "x", role: "user", [name]: value };
  }
  if (schema.type !== "array") return;
  yield list;
  for (const item of valuesWith(list, schema.items ?? {})) yield [item];
}

describe("a list of 20,000 items in a body", () => {
  test.each<[string, unknown]>([
    ["empty objects", {}],
    ["numbers", 0],
    ["nulls", null],
  ])("is refused without looking at more than a few of them: %s", (_, item) => {
    let read = 0;
    const list = new Proxy(Array.from({ length: 20_000 }).fill(item), {
      get(items, key, self) {
        if (typeof key === "string" && /^\d/.test(key)) read += 1;
        return Reflect.get(items, key, self);
      },
    });
    let tried = 0;
    for (const { body } of docent.app.routes) {
      if (!body) continue;
      const schema = toJsonSchema(body, { typeMode: "input", errorMode: "ignore" }) as Schema;
      for (const value of valuesWith(list, schema)) {
        const { issues } = safeParse(body, value);
        expect(issues?.length).toBeLessThan(10);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(2);
    expect(read).toBe(0);
  });

  test("of the first invalid item the others are not looked at", () => {
    let read = 0;
    const items = Array.from({ length: 900 }, () => ({
      get role() {
        read += 1;
        return "nobody";
      },
    }));
    const chat = docent.app.routes.find(({ path }) => path === "/api/chat");
    if (!chat?.body) throw new Error("POST /api/chat has no body");
    expect(safeParse(chat.body, { id: "x", messages: items }).issues?.length).toBeLessThan(10);
    expect(read).toBe(1);
  });
});

/** A body of 250,000 bytes around repeated text. */
function filled(before: string, item: string, after: string): string {
  const times = Math.floor((250_000 - before.length - after.length) / (item.length + 1));
  return `${before}${Array.from({ length: times }).fill(item).join(",")}${after}`;
}

/** The same body for every route, with a token that lets it in. */
async function sendToAll(body: string) {
  const answers = [];
  for (const route of docent.app.routes) {
    // Sign-in with Hugging Face is not set up here.
    if (!route.body || route.closedBy !== undefined) continue;
    const token = route.access === "admin" ? adminKey : await forge(docent);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const { path, init } = smallestRequest(route, { headers });
    const response = await docent.fetch(path, { ...init, body });
    const answer = await response.text();
    answers.push({ route: `${route.method} ${route.path}`, status: response.status, answer });
  }
  expect(answers.length).toBeGreaterThan(10);
  return answers;
}

test.each<[string, string]>([
  ["empty objects", filled('{"messages":[', "{}", "]}")],
  ["unknown fields", filled('{"message":"x","title":"x","more":[', "0", "]}")],
  ["parts", filled('{"id":"x","messages":[{"role":"user","parts":[', '{"type":""}', "]}]}")],
])("a body of more than 10,000 values is refused before it is parsed: %s", async (_, body) => {
  for (const { route, status, answer } of await sendToAll(body)) {
    expect({ route, status }).toEqual({ route, status: 400 });
    const { code, error } = JSON.parse(answer);
    expect(error?.code ?? code).toBe("invalid_json");
  }
});

test.each<[string, object]>([
  ["a role", { id: "x", messages: [{ role: "x".repeat(240_000), parts: [] }] }],
  ["a scope", { name: "x", scopes: ["x".repeat(240_000)] }],
  ["an encoding", { path: "a.md", content: "x", encoding: "x".repeat(240_000) }],
])("an answer does not repeat a long value: %s", async (_, body) => {
  for (const { route, answer } of await sendToAll(JSON.stringify(body))) {
    expect({ route, length: answer.length > 5000 }).toEqual({ route, length: false });
  }
});

test("a form of thousands of parts is refused before it is parsed", async () => {
  const part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n';
  const headers = {
    authorization: `Bearer ${adminKey}`,
    "content-type": 'multipart/form-data; boundary="b"',
  };
  const send = async (parts: number) => {
    const body = `${part.repeat(parts)}--b--\r\n`;
    return (await docent.fetch("/api/documents", { method: "POST", headers, body })).json();
  };
  expect(await send(201)).toMatchObject({ status: 400, detail: "A form may have 200 parts." });
  expect(await send(200)).toMatchObject({ status: 400, detail: "The form holds no file." });
});

test.each(["/api/tasks/x", "/nowhere"])(
  "a long query of %s costs no more than its length",
  async (path) => {
    const ask = (pairs: number) => docent.fetch(`${path}?${"a=1&".repeat(pairs)}`);
    expect(await growsTooFast(ask, { size: 1000 })).toBe(false);
  },
);
