import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import { createExtractiveModel } from "../../../adapters/language-models/extractive/model.ts";
import type { DatabaseService } from "../../../handlers/ports/database.ts";
import { adminKey, forge } from "../../support/clients/callers.ts";
import { postFrom } from "../../support/clients/from-address.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

let roundTrips = 0;
/** At the moment the model is first asked: the first token cannot be earlier. */
let beforeAnswer = 0;
/** Statements under way, and the most that were at once. */
let open = 0;
let mostOpen = 0;
let docent: TestApp;
let user: { authorization: string };
let signInHere: () => ReturnType<typeof signIn>;
beforeAll(async () => {
  const { logger } = createRecordingLogger();
  const database = superviseDatabase(() => openTestDatabase(logger), logger);
  const counted: DatabaseService = {
    ...database,
    query: async (statement) => {
      roundTrips += 1;
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      return database.query<never>(statement).finally(() => (open -= 1));
    },
    batch: (statements) => {
      roundTrips += 1;
      return database.batch(statements);
    },
  };
  const model = createExtractiveModel();
  docent = await createTestApp(
    { ADMIN_API_KEY: adminKey, CHAT_RATE_LIMIT: "5/60s" },
    {
      database: counted,
      // So that no copy of the library saves round trips: what is counted are the most.
      lifetime: "request",
      languageModel: {
        ...model,
        stream: (request, signal) => {
          beforeAnswer = roundTrips;
          return model.stream(request, signal);
        },
      },
    },
  );
  signInHere = () => signIn({ ...docent, database });
  user = (await signInHere()).headers;
  const document = { path: "plants.md", content: "# Plants\n\nWater the plants on Mondays.\n" };
  await docent.post("/api/documents", document, { authorization: `Bearer ${adminKey}` });
});
afterAll(() => docent.close());

async function count(request: () => Promise<Response>): Promise<{ status: number; count: number }> {
  const before = roundTrips;
  const response = await request();
  await response.text();
  return { status: response.status, count: roundTrips - before };
}

const list = (headers: Record<string, string>) => docent.fetch("/api/tasks", { headers });

describe("an authenticated request is at most the session's round trip and its own", () => {
  test("to list tasks, both in one where there are any", async () => {
    expect(await count(() => list(user))).toEqual({ status: 200, count: 2 });
    await docent.post("/api/tasks", { title: "x" }, user);
    expect(await count(() => list(user))).toEqual({ status: 200, count: 1 });
  });

  test("to add, read, change and remove one", async () => {
    const added = await docent.post("/api/tasks", { title: "x" }, user);
    const path = `/api/tasks/${(await added.json()).id}`;
    const headers = { ...user, "content-type": "application/json" };
    const body = JSON.stringify({ title: "y" });
    expect(await count(() => docent.post("/api/tasks", { title: "x" }, user))).toMatchObject({
      count: 2,
    });
    const own = [
      { method: "GET", headers: user },
      { method: "PATCH", headers, body },
      { method: "DELETE", headers: user },
    ];
    for (const init of own) {
      expect(await count(() => docent.fetch(path, init))).toMatchObject({ count: 2 });
    }
  });

  test("to refuse somebody whose session has ended it is one", async () => {
    const claims = { sid: crypto.randomUUID() };
    const headers = { authorization: `Bearer ${await forge(docent, { claims })}` };
    const path = `/api/tasks/${crypto.randomUUID()}`;
    const read = () => docent.fetch(path, { headers });
    expect(await count(read)).toEqual({ status: 401, count: 1 });
  });

  test("to refuse nobody and a forgery it is none", async () => {
    const headers = { authorization: "Bearer nonsense" };
    expect(await count(() => list({}))).toEqual({ status: 401, count: 0 });
    expect(await count(() => list(headers))).toEqual({ status: 401, count: 0 });
  });
});

const ask = async (headers: Record<string, string>) => {
  const before = roundTrips;
  const message = "When do I water the plants?";
  const response = await docent.post("/api/chat", { message }, headers);
  const text = await response.text();
  expect(text).toContain("Mondays");
  return beforeAnswer - before;
};

/** The most statements at once for the user's question. */
const askAtOnce = async (conversation: object) => {
  mostOpen = 0;
  const body = { message: "When do I water the plants?", ...conversation };
  const headers = { ...user, accept: "application/json" };
  const answer = await (await docent.post("/api/chat", body, headers)).json();
  return { atOnce: mostOpen, id: answer.conversation_id };
};

const askTooOften = () => postFrom(docent, "192.0.2.1")("/api/chat", { message: "Hi" });

describe("a turn makes at most three round trips before its first token", () => {
  test("of a user", async () => expect(await ask(user)).toBeLessThanOrEqual(3));

  test("of a machine with an API key, once it is known", async () => {
    const { headers } = await signInHere();
    const created = await docent.post("/api/auth/keys", { name: "k", scopes: ["chat"] }, headers);
    const { id, key } = await created.json();
    const machine = { authorization: `Bearer ${key}` };
    await ask(machine);
    expect(await ask(machine)).toBeLessThanOrEqual(3);
    await docent.fetch(`/api/auth/keys/${id}`, { method: "DELETE", headers });
    const refused = await docent.post("/api/chat", { message: "Hi" }, machine);
    expect(refused.status).toBe(401);
  });

  test("of somebody new, who becomes a guest", async () =>
    expect(await ask({})).toBeLessThanOrEqual(3));

  test("of which a new conversation's search does not wait for the first", async () => {
    const { atOnce, id } = await askAtOnce({});
    expect(atOnce).toBe(2);
    expect(await askAtOnce({ conversation_id: id })).toEqual({ atOnce: 1, id });
  });

  test("and one when it is one too many", async () => {
    for (let index = 0; index < 5; index += 1) await (await askTooOften()).text();
    expect(await count(askTooOften)).toEqual({ status: 429, count: 1 });
  });

  test("and a search in vain once, when other instances counted the others", async () => {
    const askElsewhere = () => postFrom(docent, "192.0.2.2")("/api/chat", { message: "Hi" });
    await (await askElsewhere()).text();
    await docent.database.query({
      text: `update request_counts set hits = array_fill(clock_timestamp(), array[5])
        where key = sha256(convert_to('chat address 192.0.2.2', 'UTF8'))`,
      values: [],
    });
    const refusals = [await count(askElsewhere), await count(askElsewhere)];
    expect(refusals).toEqual([
      { status: 429, count: 2 },
      { status: 429, count: 1 },
    ]);
  });
});
