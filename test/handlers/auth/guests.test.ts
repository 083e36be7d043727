import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEvents, textOf, type ReadEvent } from "../../support/clients/events.ts";
import {
  bearer,
  goodPassword,
  logIn,
  register,
  send,
  startGuest,
} from "../../support/clients/people.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
const scripted = createScriptedModel();
beforeAll(async () => {
  docent = await createTestApp({}, { languageModel: scripted.model });
});
afterAll(() => docent.close());

const me = (token: string) => send(docent, "GET", "/api/auth/me", { token });
const read = (token: string, conversationId: unknown) =>
  send(docent, "GET", `/api/conversations/${String(conversationId)}`, { token });

const sessionOf = (token: string) => JSON.parse(atob(token.split(".")[1] ?? "")).sid;

/** A guest with a conversation, made by asking. */
async function askAsGuest(message: string) {
  scripted.say("An answer.");
  scripted.end();
  const headers = { accept: "application/json" };
  const answer = await (await docent.post("/api/chat", { message }, headers)).json();
  return answer as { access_token: string; refresh_token: string; conversation_id: string };
}

describe("a guest who gets an account", () => {
  test("by registering takes the conversations along and is no more", async () => {
    const guest = await askAsGuest("Mine to keep");
    const before = await (await me(guest.access_token)).json();
    const person = await register(docent, { guest: guest.access_token });
    const moved = await (await read(person.access_token, guest.conversation_id)).json();
    expect(moved).toMatchObject({ id: guest.conversation_id, title: "Mine to keep" });
    expect(moved.messages).toHaveLength(2);
    expect((await me(guest.access_token)).status).toBe(401);
    const refreshed = await docent.post("/api/auth/refresh", {
      refresh_token: guest.refresh_token,
    });
    expect(refreshed.status).toBe(401);
    const rest = await docent.database.query({
      text: "select from users where id = $1::uuid",
      values: [before.id],
    });
    expect(rest).toHaveLength(0);
  });

  test("by signing in adds the conversations to those of the account", async () => {
    const first = await askAsGuest("First");
    const { user } = await register(docent, { guest: first.access_token });
    const second = await askAsGuest("Second");
    const person = await logIn(docent, user.email, bearer(second.access_token));
    expect((await read(person.access_token, first.conversation_id)).status).toBe(200);
    expect((await read(person.access_token, second.conversation_id)).status).toBe(200);
    expect((await me(second.access_token)).status).toBe(401);
  });

  test("gets a session that nobody knew before: the guest's tokens never become the user's", async () => {
    const guest = await askAsGuest("Planted by an attacker");
    const person = await register(docent, { guest: guest.access_token });
    expect(sessionOf(person.access_token)).not.toBe(sessionOf(guest.access_token));
    expect(person.refresh_token).not.toBe(guest.refresh_token);
    const { access_token, refresh_token } = guest;
    for (const response of [
      await me(access_token),
      await read(access_token, guest.conversation_id),
      await docent.post("/api/chat", { message: "hi" }, bearer(access_token)),
      await docent.post("/api/auth/refresh", { refresh_token }),
    ]) {
      expect(response.status).toBe(401);
    }
  });

  test("is left alone when signing in fails", async () => {
    const guest = await askAsGuest("Still mine");
    const { user } = await register(docent);
    const headers = bearer(guest.access_token);
    const wrong = { email: user.email, password: "wrong, but long enough" };
    expect((await docent.post("/api/auth/login", wrong, headers)).status).toBe(401);
    const taken = { email: user.email, password: goodPassword };
    expect((await docent.post("/api/auth/register", taken, headers)).status).toBe(409);
    expect((await read(guest.access_token, guest.conversation_id)).status).toBe(200);
  });

  test("of two sign-ins at once with the same guest, one gets the conversations", async () => {
    const guest = await askAsGuest("Wanted twice");
    const accounts = await Promise.all([register(docent), register(docent)]);
    const headers = bearer(guest.access_token);
    const answers = await Promise.all(
      accounts.map(({ user }) =>
        docent.post("/api/auth/login", { email: user.email, password: goodPassword }, headers),
      ),
    );
    expect(answers.map(({ status }) => status)).toContain(200);
    const owners = await Promise.all(
      accounts.map(
        async ({ access_token }) => (await read(access_token, guest.conversation_id)).status,
      ),
    );
    expect(new Set(owners)).toEqual(new Set([200, 404]));
  });

  test("a user's token sent along only signs in, and takes nothing from that user", async () => {
    const owner = await register(docent, { guest: (await askAsGuest("Hers")).access_token });
    const before = await countRows(docent.database);
    const other = await register(docent, { guest: owner.access_token });
    expect(other.user.id).not.toBe(owner.user.id);
    expect((await me(owner.access_token)).status).toBe(200);
    const after = await countRows(docent.database);
    expect(after).toEqual({
      ...before,
      users: (before["users"] ?? 0) + 1,
      sessions: (before["sessions"] ?? 0) + 1,
      known_addresses: (before["known_addresses"] ?? 0) + 1,
      // Whoever asks is counted, under a name that names nobody.
      request_counts: after["request_counts"],
    });
  });

  test.each(["nonsense", "Basic abc"])("a token that is not good is refused: %j", async (token) => {
    const before = await countRows(docent.database);
    const body = { email: `${crypto.randomUUID()}@example.org`, password: goodPassword };
    const response = await docent.post("/api/auth/register", body, bearer(token));
    expect(response.status).toBe(401);
    expect(await countRows(docent.database)).toEqual(before);
  });
});

describe("an answer in the making while its guest signs in", () => {
  test("is saved, read on by the account, and keeps the conversation busy for it", async () => {
    const response = await docent.post("/api/chat", { message: "Take your time" });
    const events = readEvents(response);
    const metadata = (await events.next()).value?.data ?? {};
    const conversationId = String(metadata["conversation_id"]);
    scripted.say("One ");
    await events.next();
    const person = await register(docent, { guest: String(metadata["access_token"]) });
    const busy = await docent.post(
      "/api/chat",
      { message: "And another", conversation_id: conversationId },
      bearer(person.access_token),
    );
    expect(busy.status).toBe(409);

    const resumed = readEvents(
      await send(docent, "GET", `/api/chat/${conversationId}/stream`, {
        token: person.access_token,
      }),
    );
    await resumed.next();
    scripted.say("two.");
    scripted.end();
    const rest: ReadEvent[] = [];
    for await (const event of resumed) rest.push(event);
    expect(textOf(rest)).toBe("One two.");
    const stored = await (await read(person.access_token, conversationId)).json();
    expect(stored.messages[1]).toMatchObject({ content: "One two.", status: "complete" });
  });
});

/** A merge must decide what becomes of every row a guest can own: this list is that decision. */
test("every table that names a user is known to the merge of a guest", async () => {
  const references = await docent.database.query<{ name: string; action: string }>({
    text: `select conrelid::regclass::text as name, confdeltype::text as action from pg_constraint
      where contype = 'f' and confrelid = 'users'::regclass order by 1`,
    values: [],
  });
  const moves = ["conversations"];
  const endsWithTheGuest = [
    "api_keys",
    "confirmations",
    "identities",
    "known_addresses",
    "sessions",
    "sign_in_codes",
    "tasks",
  ];
  expect(references.map(({ name }) => name)).toEqual([...moves, ...endsWithTheGuest].sort());
  expect(references.every(({ action }) => action === "c")).toBe(true);
});

test("with CHAT_ACCESS=users nobody starts as a guest, and guests of earlier days do not get in", async () => {
  const closed = await createTestApp({ CHAT_ACCESS: "users" });
  try {
    const started = await closed.post("/api/auth/guest", {});
    expect(started.status).toBe(403);
    expect(await started.json()).toMatchObject({ code: "account_required" });
    expect((await closed.post("/api/chat", { message: "hi" })).status).toBe(401);
    expect(await countRows(closed.database)).toMatchObject({ users: 0 });
    const person = await register(closed);
    const asked = await closed.post("/api/chat", { message: "hi" }, bearer(person.access_token));
    expect(asked.status).toBe(200);
    await asked.text();
    await closed.database.query({ text: "update users set kind = 'guest'", values: [] });
    const asGuest = await closed.post("/api/auth/refresh", { refresh_token: person.refresh_token });
    const { access_token } = await asGuest.json();
    const refused = await closed.post("/api/chat", { message: "hi" }, bearer(access_token));
    expect(refused.status).toBe(403);
  } finally {
    await closed.close();
  }
});

test("a new guest has what a guest needs and nothing else", async () => {
  const before = await countRows(docent.database);
  await startGuest(docent);
  const after = await countRows(docent.database);
  expect(after).toEqual({
    ...before,
    users: (before["users"] ?? 0) + 1,
    sessions: (before["sessions"] ?? 0) + 1,
    // Whoever asks is counted, under a name that names nobody.
    request_counts: after["request_counts"],
  });
});

test("guests have secrets of their own, made ahead or not, and their sessions last from when they begin", async () => {
  const guests = await Promise.all(Array.from({ length: 3 }, () => askAsGuest("At once")));
  // Longer than it takes until secrets are made ahead.
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (let index = 0; index < 12; index += 1) guests.push(await askAsGuest("One by one"));
  expect(new Set(guests.map(({ refresh_token: token }) => token)).size).toBe(15);
  const ids = guests.map(({ access_token: token }) => sessionOf(token));
  expect(new Set(ids).size).toBe(15);
  const rows = await docent.database.query({
    text: `select id from sessions where id = any($1::uuid[])
      and expires_at between created_at + interval '30 days' - interval '1 second'
        and created_at + interval '30 days' + interval '1 second'`,
    values: [ids],
  });
  expect(rows).toHaveLength(15);
  for (const { refresh_token } of guests) {
    const refreshed = await docent.post("/api/auth/refresh", { refresh_token });
    expect(refreshed.status).toBe(200);
  }
});
