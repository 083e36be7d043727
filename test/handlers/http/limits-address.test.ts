import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { adminKey } from "../../support/clients/callers.ts";
import { postFrom } from "../../support/clients/from-address.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { userMessage } from "../../support/apps/ui-docent.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({
    CHAT_RATE_LIMIT: "3/60s",
    CHAT_ADDRESS_LIMIT: "8/60s",
    ADMIN_API_KEY: adminKey,
  });
});
afterAll(() => docent.close());
beforeEach(() => docent.database.query({ text: "delete from request_counts", values: [] }));

async function chat(address: string, headers: Record<string, string> = {}) {
  const accept = { accept: "application/json", ...headers };
  const response = await postFrom(docent, address)("/api/chat", { message: "Hello" }, accept);
  await response.text();
  return response;
}

describe("messages from one address", () => {
  test("have a limit of their own, however many accounts send them", async () => {
    const statuses: number[] = [];
    let last: Response | undefined;
    for (let account = 0; account < 10; account += 1) {
      const { headers } = await signIn(docent);
      last = await chat("192.0.2.1", headers);
      statuses.push(last.status);
    }
    expect(statuses).toEqual([...Array.from({ length: 8 }, () => 200), 429, 429]);
    expect(last?.headers.get("ratelimit-policy")).toBe('"chat-address";q=8;w=60');
    const { headers } = await signIn(docent);
    expect((await chat("192.0.2.2", headers)).status).toBe(200);
  });

  test("count for a /64 of IPv6", async () => {
    for (let account = 0; account < 8; account += 1) {
      await chat(`2001:db8:7:8::${account}`, (await signIn(docent)).headers);
    }
    const { headers } = await signIn(docent);
    expect((await chat("2001:db8:7:8:ffff::1", headers)).status).toBe(429);
    expect((await chat("2001:db8:7:9::1", headers)).status).toBe(200);
  });

  test("beyond an account's own limit use up nothing of the address's", async () => {
    const { headers } = await signIn(docent);
    const statuses = [];
    for (let index = 0; index < 9; index += 1)
      statuses.push((await chat("192.0.2.3", headers)).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    const other = await signIn(docent);
    const answer = await chat("192.0.2.3", other.headers);
    expect(answer.status).toBe(200);
    // Of its own three two are left, of the address's eight four.
    expect(answer.headers.get("ratelimit")).toMatch(/^"chat";r=2;/);
  });

  test("of many at once are counted exactly", async () => {
    const callers = await Promise.all(Array.from({ length: 12 }, () => signIn(docent)));
    const answers = await Promise.all(callers.map(({ headers }) => chat("192.0.2.4", headers)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(8);
  });

  test("do not include the operator's", async () => {
    const { headers } = await signIn(docent);
    for (let index = 0; index < 3; index += 1) {
      const operator = await chat("192.0.2.5", { authorization: `Bearer ${adminKey}` });
      expect(operator.status).toBe(200);
    }
    expect((await chat("192.0.2.5", headers)).headers.get("ratelimit")).toMatch(/^"chat";r=2;/);
    expect((await countRows(docent.database))["request_counts"]).toBe(3);
  });
});

describe("guests that begin with a question", () => {
  test("count as new guests: 60 an hour from one address, and none is made beyond", async () => {
    const open = await createTestApp({ CHAT_ADDRESS_LIMIT: "1000/60s" });
    const post = postFrom(open, "192.0.2.6");
    const json = { accept: "application/json" };
    try {
      for (let index = 0; index < 40; index += 1) {
        expect((await post("/api/chat", { message: "Hello" }, json)).status).toBe(200);
      }
      for (let index = 0; index < 20; index += 1) {
        expect((await post("/api/auth/guest", {})).status).toBe(201);
      }
      const before = await countRows(open.database);
      const refused = await post("/api/chat", { message: "Hello" }, json);
      expect(refused.status).toBe(429);
      expect(refused.headers.get("ratelimit-policy")).toBe('"guest";q=60;w=3600');
      expect(await countRows(open.database)).toEqual(before);
      expect(before["users"]).toBe(60);
      // Answers without a conversation make no guest.
      const body = { id: "x", messages: [userMessage("Hello")] };
      expect((await post("/api/chat", body)).status).toBe(200);
    } finally {
      await open.close();
    }
  });

  test("keep asking with the token they got", async () => {
    const open = await createTestApp({ CHAT_ADDRESS_LIMIT: "1000/60s" });
    const post = postFrom(open, "192.0.2.7");
    try {
      const json = { accept: "application/json" };
      const first = await (await post("/api/chat", { message: "Hello" }, json)).json();
      for (let index = 0; index < 60; index += 1) await post("/api/auth/guest", {});
      const headers = { ...json, authorization: `Bearer ${first.access_token}` };
      expect((await post("/api/chat", { message: "Hello" }, headers)).status).toBe(200);
    } finally {
      await open.close();
    }
  });
});
