import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql } from "../../../handlers/lib/sql.ts";
import { signIn, type SignedIn } from "../../support/clients/signed-in.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const unknownId = "01900000-0000-7000-8000-000000000000";

let docent: TestApp;
let ana: SignedIn;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());
beforeEach(async () => {
  ana = await signIn(docent, { kind: "guest" });
});

interface Summary {
  readonly id: string;
  readonly title: string;
  readonly updated_at: string;
}

async function say(message: string, conversationId?: string): Promise<string> {
  const body = { message, conversation_id: conversationId };
  const headers = { ...ana.headers, accept: "application/json" };
  const response = await docent.post("/api/chat", body, headers);
  expect(response.status).toBe(200);
  return (await response.json()).conversation_id;
}

function send(method: string, path: string, body?: object, headers: object = ana.headers) {
  return docent.fetch(`/api/conversations${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
}

async function list(query = "", headers: object = ana.headers) {
  const response = await send("GET", query, undefined, headers);
  const page = (await response.json()) as {
    conversations: Summary[];
    next_cursor: string | null;
  };
  return {
    status: response.status,
    titles: page.conversations?.map(({ title }) => title),
    ...page,
  };
}

const found = async (q: string) => (await list(`?q=${encodeURIComponent(q)}`)).titles;

/** What each request about one conversation is told. */
async function answers(path: string, headers: object): Promise<string[]> {
  const attempts = [
    send("GET", path, undefined, headers),
    send("PATCH", path, { title: "Taken" }, headers),
    send("DELETE", path, undefined, headers),
    send("GET", `${path}/export?format=text`, undefined, headers),
  ];
  const bodies = await Promise.all(attempts.map(async (each) => (await each).json()));
  return bodies.map((body) => JSON.stringify({ ...body, request_id: "" }));
}

describe("the list of conversations", () => {
  test("has the one last spoken in first, and renaming moves none", async () => {
    const first = await say("One");
    await say("Two");
    const { conversations, next_cursor } = await list();
    expect(conversations).toEqual([
      {
        id: expect.any(String),
        title: "Two",
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
      expect.objectContaining({ id: first, title: "One" }),
    ]);
    expect(next_cursor).toBeNull();
    await say("More of it", first);
    expect((await list()).titles).toEqual(["One", "Two"]);
    const renamed = await send("PATCH", `/${conversations[0]?.id}`, { title: " Second \n one" });
    expect(await renamed.json()).toMatchObject({ id: conversations[0]?.id, title: "Second one" });
    expect((await list()).titles).toEqual(["One", "Second one"]);
  });

  test("comes in pages that neither skip nor repeat, some of the same moment included", async () => {
    await docent.database.query(sql`
      insert into conversations (id, owner_id, title, updated_at)
      select gen_random_uuid(), ${ana.userId}::uuid, 'n' || n, now() + (n / 3) * interval '1 microsecond'
      from generate_series(1, 9) as n`);
    for (const limit of [1, 2, 4, 9]) {
      const ids: string[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const page = await list(`?limit=${limit}${cursor && `&cursor=${cursor}`}`);
        ids.push(...page.conversations.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      expect(ids).toEqual((await list("?limit=100")).conversations.map(({ id }) => id));
      expect(new Set(ids).size).toBe(9);
    }
  });

  test("is searched by title, every character literally", async () => {
    for (const message of ["100% sure?", "snake_case", "Grüße"]) await say(message);
    expect(await found("SURE")).toEqual(["100% sure?"]);
    expect(await found("%")).toEqual(["100% sure?"]);
    expect(await found("_")).toEqual(["snake_case"]);
    expect(await found("grüsse")).toEqual([]);
    expect(await found("' or true --")).toEqual([]);
  });

  test("is empty for somebody without a token, and refuses what is odd", async () => {
    await say("Mine");
    const nobody = await list("", {});
    expect(nobody).toMatchObject({ status: 200, conversations: [], next_cursor: null });
    expect((await list("?cursor=x")).status).toBe(400);
    expect((await list("?limit=0")).status).toBe(400);
    expect((await list("", { authorization: "Bearer nonsense" })).status).toBe(401);
  });
});

describe("a conversation", () => {
  test.each([{ title: "" }, { title: "x".repeat(201) }, { title: "a\0" }, { title: "\uD83D" }, {}])(
    "is not renamed to %j",
    async (body) => {
      const id = await say("Kept");
      expect((await send("PATCH", `/${id}`, body)).status).toBe(400);
      expect((await list()).titles).toEqual(["Kept"]);
    },
  );

  test("is gone with its messages when it is deleted", async () => {
    const id = await say("Gone");
    expect((await send("DELETE", `/${id}`)).status).toBe(204);
    expect((await send("GET", `/${id}`)).status).toBe(404);
    expect((await send("DELETE", `/${id}`)).status).toBe(404);
    const rows = await docent.database.query(
      sql`select from messages where conversation_id = ${id}::uuid`,
    );
    expect(rows).toEqual([]);
    const again = await docent.post(
      "/api/chat",
      { message: "?", conversation_id: id },
      ana.headers,
    );
    expect(again.status).toBe(404);
  });

  test("is its owner's alone: foreign, unknown and impossible ids answer the same bytes", async () => {
    const id = await say("Mine");
    const other = await signIn(docent);
    const foreign = await answers(`/${id}`, other.headers);
    expect(new Set(foreign).size).toBe(1);
    expect(foreign[0]).toContain('"status":404');
    expect(await answers(`/${unknownId}`, other.headers)).toEqual(foreign);
    expect(await answers(`/${encodeURIComponent("' or 1=1")}`, other.headers)).toEqual(foreign);
    expect(await answers(`/${id}`, {})).toEqual(foreign);
    expect((await list("", other.headers)).conversations).toEqual([]);
    expect((await list()).titles).toEqual(["Mine"]);
  });

  test("is read by its old address too", async () => {
    const id = await say("Alias");
    const alias = await docent.fetch(`/api/conversation/${id}`, { headers: ana.headers });
    expect(await alias.json()).toEqual(await (await send("GET", `/${id}`)).json());
  });
});
