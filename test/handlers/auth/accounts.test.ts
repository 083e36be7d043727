import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goodPassword, logIn, register, send, startGuest } from "../../support/clients/people.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());

const me = (token: string) => send(docent, "GET", "/api/auth/me", { token });
const post = (path: string, body: unknown) => docent.post(`/api/auth/${path}`, body);

describe("signing in", () => {
  test("says the same to an unknown address and a wrong password", async () => {
    const { user } = await register(docent);
    const answers = await Promise.all([
      post("login", { email: user.email, password: "wrong, but long enough" }),
      post("login", { email: "nobody@example.org", password: goodPassword }),
    ]);
    const bodies = await Promise.all(
      answers.map(async (answer) => ({ ...(await answer.json()), request_id: "" })),
    );
    expect(bodies[0]).toEqual(bodies[1]);
    expect(bodies[0]).toMatchObject({ status: 401, code: "invalid_credentials" });
  });

  test("works with the password however the keyboard composes it", async () => {
    const email = "composed@example.org";
    await register(docent, { email, password: "pa\u0308sswo\u0301rt ①" });
    const response = await post("login", { email, password: "p\u00E4ssw\u00F3rt 1" });
    expect(response.status).toBe(200);
  });

  test("makes a session of its own each time", async () => {
    const first = await register(docent);
    const second = await logIn(docent, first.user.email);
    expect(second.user).toEqual(first.user);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await me(first.access_token)).status).toBe(200);
  });

  test("rehashes a password kept with yesterday's parameters", async () => {
    const { user } = await register(docent);
    const read = async () =>
      (
        await docent.database.query<{ password_hash: string }>({
          text: "select password_hash from users where id = $1::uuid",
          values: [user.id],
        })
      )[0]?.password_hash ?? "";
    const before = await read();
    const { createScryptHasher } = await import("../../../adapters/password-hashers/scrypt.ts");
    const weaker = await createScryptHasher({ logN: 2 }).hash(goodPassword);
    await docent.database.query({
      text: "update users set password_hash = $2 where id = $1::uuid",
      values: [user.id, weaker],
    });
    await logIn(docent, user.email);
    const after = await read();
    expect(after).not.toBe(weaker);
    expect(after.split("$")[2]).toBe(before.split("$")[2]);
    await logIn(docent, user.email);
    expect(await read()).toBe(after);
  });
});

describe("signing out", () => {
  test("ends that session at once and no other", async () => {
    const first = await register(docent);
    const second = await logIn(docent, first.user.email);
    expect((await post("logout", { refresh_token: second.refresh_token })).status).toBe(204);
    expect((await me(second.access_token)).status).toBe(401);
    expect((await post("refresh", { refresh_token: second.refresh_token })).status).toBe(401);
    expect((await me(first.access_token)).status).toBe(200);
  });

  test.each(["x", `${crypto.randomUUID()}.x`, "'; --"])("is content with %j", async (token) => {
    expect((await post("logout", { refresh_token: token })).status).toBe(204);
  });
});

const change = (token: string, body: unknown) =>
  send(docent, "PATCH", "/api/auth/me", { token, body });

describe("changing one's account", () => {
  test("changes the name alone, or clears it", async () => {
    const { access_token } = await register(docent);
    expect(await (await change(access_token, { name: "Nia" })).json()).toMatchObject({
      name: "Nia",
    });
    expect(await (await change(access_token, {})).json()).toMatchObject({ name: "Nia" });
    expect(await (await change(access_token, { name: null })).json()).toMatchObject({ name: null });
  });

  test("changes the password and signs out every other device", async () => {
    const first = await register(docent);
    const other = await logIn(docent, first.user.email);
    const next = "ein neues, besseres Wort";
    const changed = await change(first.access_token, {
      password: next,
      current_password: goodPassword,
    });
    expect(changed.status).toBe(200);
    expect((await me(first.access_token)).status).toBe(200);
    expect((await me(other.access_token)).status).toBe(401);
    expect((await post("refresh", { refresh_token: other.refresh_token })).status).toBe(401);
    const { email } = first.user;
    expect((await post("login", { email, password: goodPassword })).status).toBe(401);
    expect((await post("login", { email, password: next })).status).toBe(200);
  });

  test.each([
    [{ password: "ein neues, besseres Wort" }, 400, "invalid_input"],
    [{ password: "ein neues, besseres Wort", current_password: "falsch" }, 403, "wrong_password"],
    [{ password: "12345678", current_password: goodPassword }, 400, "invalid_input"],
  ])("refuses %j", async (body, status, code) => {
    const { access_token, user } = await register(docent);
    const response = await change(access_token, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
    await logIn(docent, user.email);
  });

  test("never changes id, kind, e-mail or anybody else", async () => {
    const victim = await register(docent);
    const { access_token, user } = await register(docent);
    const body = { id: victim.user.id, user_id: victim.user.id, kind: "guest", email: "x@y.zz" };
    const changed = await change(access_token, { ...body, name: "Mallory" });
    expect(await changed.json()).toEqual({ ...user, name: "Mallory" });
    expect(await (await me(victim.access_token)).json()).toEqual({
      ...victim.user,
      has_password: true,
    });
  });
});

describe("a guest", () => {
  test("sees who they are, and has no account to change or delete", async () => {
    const { access_token: token, user } = await startGuest(docent);
    expect(await (await me(token)).json()).toEqual({ ...user, has_password: false });
    expect(user).toMatchObject({ kind: "guest", email: null });
    for (const [method, path, body] of [
      ["PATCH", "/api/auth/me", { name: "x" }],
      ["DELETE", "/api/auth/me", { password: "x" }],
      ["GET", "/api/auth/sessions", undefined],
      ["GET", "/api/auth/keys", undefined],
      ["POST", "/api/auth/keys", { name: "x", scopes: ["chat"] }],
    ] as const) {
      const response = await send(docent, method, path, { token, body });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: "account_required" });
    }
  });

  test("who has no token is nobody", async () => {
    const response = await send(docent, "GET", "/api/auth/me");
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "missing_token" });
  });
});

test("deleting an account needs its password and leaves no row with its id anywhere", async () => {
  const { access_token: token, user } = await register(docent, { email: "leaver@example.org" });
  const kept = await register(docent);
  await docent.post("/api/chat", { message: "hi" }, { authorization: `Bearer ${token}` });
  await send(docent, "POST", "/api/auth/keys", { token, body: { name: "k", scopes: ["chat"] } });
  const remove = (password: string) =>
    send(docent, "DELETE", "/api/auth/me", { token, body: { password } });
  expect((await remove("falsch")).status).toBe(403);
  expect(await rowsNaming(user.id)).toMatchObject({ users: 1, conversations: 1, api_keys: 1 });
  expect((await remove(goodPassword)).status).toBe(204);
  expect(await rowsNaming(user.id)).toEqual({});
  expect(await rowsNaming("leaver@example.org")).toEqual({});
  expect((await me(token)).status).toBe(401);
  expect((await me(kept.access_token)).status).toBe(200);
});

test("neither an address nor a password nor a token ever reaches the log", async () => {
  const email = "silent@example.org";
  const person = await register(docent, { email });
  await post("register", { email, password: goodPassword });
  await post("login", { email, password: "wrong, but long enough" });
  await post("refresh", { refresh_token: person.refresh_token });
  await me(person.access_token);
  const log = JSON.stringify(docent.log);
  for (const secret of [email, goodPassword, person.access_token, person.refresh_token]) {
    expect(log).not.toContain(secret);
  }
});

/** In which tables a text stands, in any column of any row, by the catalogue. */
async function rowsNaming(text: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of Object.keys(await countRows(docent.database))) {
    const [row] = await docent.database.query<{ count: number }>({
      text: `select count(*)::int as count from "${table}" as row where strpos(row::text, $1) > 0`,
      values: [text],
    });
    if (row && row.count > 0) found[table] = row.count;
  }
  return found;
}
