import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bearer, register, send, startGuest, type Person } from "../../support/clients/people.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let owner: Person;
beforeAll(async () => {
  docent = await createTestApp();
  owner = await register(docent);
});
afterAll(() => docent.close());

const all = ["chat", "tasks", "search"];
const create = (body: unknown, token = owner.access_token) =>
  send(docent, "POST", "/api/auth/keys", { token, body });
const list = (token: string, query = "") =>
  send(docent, "GET", `/api/auth/keys${query}`, { token });
const remove = (token: string, id: string) =>
  send(docent, "DELETE", `/api/auth/keys/${id}`, { token });

async function newKey(scopes: readonly string[] = all, token = owner.access_token) {
  const response = await create({ name: "A script", scopes }, token);
  expect(response.status).toBe(201);
  return response.json();
}

const search = (key: string) => send(docent, "GET", "/api/search?q=hello", { token: key });
const chat = (key: string) =>
  docent.post("/api/chat", { message: "hi" }, { ...bearer(key), accept: "application/json" });

describe("an API key", () => {
  test("is shown once, and what is kept does not give it away", async () => {
    const created = await newKey(["search"]);
    expect(created).toMatchObject({ name: "A script", scopes: ["search"], last_used_at: null });
    expect(created.key).toMatch(/^docent_[0-9a-f]{32}_[\w-]{43}$/);
    const { keys, next_cursor } = await (await list(owner.access_token)).json();
    expect(next_cursor).toBeNull();
    const { key, ...shown } = created;
    expect(keys).toContainEqual(shown);
    const secret = key.slice(-43);
    const stored = await docent.database.query<{ row: string }>({
      text: "select row::text as row from api_keys as row",
      values: [],
    });
    expect(JSON.stringify([stored, keys, docent.log])).not.toContain(secret);
  });

  test("acts for its owner, alone and at once no longer when it is deleted", async () => {
    const { id, key } = await newKey();
    const answer = await chat(key);
    expect(answer.status).toBe(200);
    const { conversation_id, access_token } = await answer.json();
    expect(access_token).toBeUndefined();
    const path = `/api/conversations/${conversation_id}`;
    expect((await send(docent, "GET", path, { token: owner.access_token })).status).toBe(200);
    expect((await send(docent, "GET", path, { token: key })).status).toBe(200);
    const stranger = await register(docent);
    expect((await remove(stranger.access_token, id)).status).toBe(404);
    expect((await remove(owner.access_token, id)).status).toBe(204);
    expect((await remove(owner.access_token, id)).status).toBe(404);
    expect((await chat(key)).status).toBe(401);
    expect((await search(key)).status).toBe(401);
  });

  test("goes no further than its scopes", async () => {
    const { key } = await newKey(["search"]);
    expect((await search(key)).status).toBe(200);
    const before = await countRows(docent.database);
    const refused = await chat(key);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: "scope_missing" });
    expect(refused.headers.get("www-authenticate")).toContain('scope="chat"');
    expect(await countRows(docent.database)).toEqual(before);
  });

  test.each([
    ["GET", "/api/auth/me", undefined],
    ["PATCH", "/api/auth/me", { name: "x" }],
    ["DELETE", "/api/auth/me", { password: "x" }],
    ["GET", "/api/auth/sessions", undefined],
    ["GET", "/api/auth/keys", undefined],
    ["POST", "/api/auth/keys", { name: "x", scopes: ["chat"] }],
    ["POST", "/api/auth/login", { email: "a@example.org", password: "whatever" }],
  ])("never gets at the account: %s %s", async (method, path, body) => {
    const { key } = await newKey();
    const response = await send(docent, method, path, { token: key, body });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "session_required" });
  });

  test("is not good with another's secret, another's id or a letter changed", async () => {
    const [one, two] = [(await newKey()).key, (await newKey()).key];
    const forged = [
      `${one.slice(0, 40)}${two.slice(40)}`,
      `${one.slice(0, -1)}${one.endsWith("A") ? "B" : "A"}`,
      `${one}A`,
      one.toUpperCase(),
      one.slice(7),
      `docent_${"0".repeat(32)}_${one.slice(-43)}`,
      "docent_'; drop table api_keys; --",
    ];
    for (const key of forged) expect((await search(key)).status, key).toBe(401);
    expect((await search(one)).status).toBe(200);
  });

  test("says when it was last used, written at most once a minute", async () => {
    const { id, key } = await newKey();
    const lastUsed = async () => {
      const { keys } = await (await list(owner.access_token)).json();
      return keys.find((row: { id: string }) => row.id === id).last_used_at;
    };
    await search(key);
    const first = await lastUsed();
    expect(Date.parse(first)).toBeGreaterThan(0);
    await search(key);
    expect(await lastUsed()).toBe(first);
    await docent.database.query({
      text: "update api_keys set last_used_at = last_used_at - interval '2 minutes' where id = $1::uuid",
      values: [id],
    });
    await search(key);
    expect(Date.parse(await lastUsed())).toBeGreaterThanOrEqual(Date.parse(first));
  });

  test("ends when it said it would", async () => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const created = await (await create({ name: "Brief", scopes: all, expires_at })).json();
    expect(created.expires_at).toBe(expires_at);
    expect((await search(created.key)).status).toBe(200);
    await docent.database.query({
      text: "update api_keys set expires_at = now() where id = $1::uuid",
      values: [created.id],
    });
    expect((await search(created.key)).status).toBe(401);
    expect((await chat(created.key)).status).toBe(401);
  });

  test("ends with its account", async () => {
    const person = await register(docent);
    const { key } = await newKey(all, person.access_token);
    await docent.database.query({
      text: "delete from users where id = $1::uuid",
      values: [person.user.id],
    });
    expect((await search(key)).status).toBe(401);
  });
});

describe("creating a key", () => {
  test.each([
    [{ scopes: ["chat"] }, "name"],
    [{ name: "\u200B\u2060", scopes: ["chat"] }, "name"],
    [{ name: " ", scopes: ["chat"] }, "name"],
    [{ name: "x".repeat(101), scopes: ["chat"] }, "name"],
    [{ name: "a\0b", scopes: ["chat"] }, "name"],
    [{ name: "x" }, "scopes"],
    [{ name: "x", scopes: [] }, "scopes"],
    [{ name: "x", scopes: ["account"] }, "scopes"],
    [{ name: "x", scopes: "chat" }, "scopes"],
    [{ name: "x", scopes: ["chat"], expires_at: "tomorrow" }, "expires_at"],
    [{ name: "x", scopes: ["chat"], expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
    [{ name: "x", scopes: ["chat"], expires_at: "2026-13-45T99:99:99Z" }, "expires_at"],
    [{ name: "x", scopes: ["chat"], expires_at: "2099-02-30T00:00:00Z" }, "expires_at"],
    [{ name: "x", scopes: ["chat"], expires_at: "9999-12-31T23:59:00-23:59" }, "expires_at"],
    [{ name: "x", scopes: ["chat"], expires_at: 7 }, "expires_at"],
  ])("refuses %j", async (body, field) => {
    const response = await create(body);
    expect(response.status).toBe(400);
    expect((await response.json()).errors[0].path).toMatch(new RegExp(`^body\\.${field}`));
  });

  test("counts a scope named twice once, and takes nothing but what it asks for", async () => {
    const stranger = await register(docent);
    const body = { name: "x", scopes: ["chat", "chat"], user_id: stranger.user.id, id: "x" };
    const created = await (await create(body)).json();
    expect(created.scopes).toEqual(["chat"]);
    expect((await (await list(stranger.access_token)).json()).keys).toEqual([]);
  });

  test("stops at fifty, also when many are asked for at once", async () => {
    const { access_token } = await register(docent);
    const answers = await Promise.all(
      Array.from({ length: 55 }, () => create({ name: "one of many", scopes: all }, access_token)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    const refused = answers.find(({ status }) => status === 409);
    expect(await refused?.json()).toMatchObject({ code: "too_many_keys" });

    const ids: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = `?limit=20${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const page = await (await list(access_token, query)).json();
      ids.push(...page.keys.map(({ id }: { id: string }) => id));
      cursor = page.next_cursor;
    }
    expect(new Set(ids).size).toBe(50);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });

  test.each([
    "?limit=0",
    "?limit=101",
    "?limit=x",
    "?cursor=1",
    "?cursor=WyJuZXdlc3QiLCIiLCJ4Il0",
    "?cursor='--",
  ])("and the list refuses %s", async (query) => {
    expect((await list(owner.access_token, query)).status).toBe(400);
  });
});

test("a guest's token neither makes nor deletes keys", async () => {
  const { id } = await newKey();
  const { access_token } = await startGuest(docent);
  expect((await remove(access_token, id)).status).toBe(403);
});
