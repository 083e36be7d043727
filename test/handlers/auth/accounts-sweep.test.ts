import { afterAll, beforeAll, expect, test } from "vitest";
import { bearer, register, send, startGuest } from "../../support/clients/people.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());

const sweep = () => docent.app.sweep();
const run = (text: string) => docent.database.query({ text, values: [] });
const ageEverything = () =>
  docent.database.batch([
    { text: "update users set created_at = created_at - interval '31 days'", values: [] },
    { text: "update sessions set rotated_at = rotated_at - interval '31 days'", values: [] },
    { text: "update conversations set updated_at = updated_at - interval '31 days'", values: [] },
  ]);
const me = (token: string) => send(docent, "GET", "/api/auth/me", { token });

test("idle guests go with all that was theirs; accounts and guests who came by stay", async () => {
  const account = await register(docent);
  const idle = await startGuest(docent);
  const refreshing = await startGuest(docent);
  const asking = await startGuest(docent);
  for (const { access_token } of [account, idle, asking]) {
    await (await docent.post("/api/chat", { message: "hi" }, bearer(access_token))).text();
  }
  await ageEverything();
  const fresh = await startGuest(docent);
  const { refresh_token } = refreshing;
  const refreshed = await (await docent.post("/api/auth/refresh", { refresh_token })).json();
  await (await docent.post("/api/chat", { message: "hi" }, bearer(asking.access_token))).text();

  expect(await sweep()).toMatchObject({ guests: 1, sessions: 0, keys: 0 });
  expect((await me(idle.access_token)).status).toBe(401);
  for (const { access_token } of [account, refreshed, asking, fresh]) {
    expect((await me(access_token)).status).toBe(200);
  }
  expect(await countRows(docent.database)).toMatchObject({ conversations: 3, messages: 6 });
  expect(await sweep()).toMatchObject({ guests: 0, sessions: 0, keys: 0 });
});

test("ended sessions and expired keys go, whosever they are; the others stay", async () => {
  const { access_token: token } = await register(docent);
  const create = async (name: string) =>
    send(docent, "POST", "/api/auth/keys", { token, body: { name, scopes: ["chat"] } });
  await create("kept");
  await create("gone");
  await run("update api_keys set expires_at = now() where name = 'gone'");
  await register(docent);
  const before = await countRows(docent.database);
  await run(
    "update sessions set expires_at = now() where id = (select id from sessions order by id desc limit 1)",
  );
  expect(await sweep()).toMatchObject({ guests: 0, sessions: 1, keys: 1 });
  const after = await countRows(docent.database);
  expect(after).toMatchObject({
    users: before["users"],
    sessions: (before["sessions"] ?? 0) - 1,
    api_keys: 1,
  });
});

test("many go in several statements", async () => {
  await run(
    `insert into users (id, kind, created_at)
     select gen_random_uuid(), 'guest', now() - interval '40 days' from generate_series(1, 130)`,
  );
  expect(await sweep()).toMatchObject({ guests: 130 });
});
