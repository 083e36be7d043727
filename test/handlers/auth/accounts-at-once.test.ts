import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import {
  bearer,
  goodPassword,
  logIn,
  register,
  send,
  startGuest,
} from "../../support/clients/people.ts";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

/** PGlite does one thing after the other; here a PostgreSQL with several connections does them at once. */
describe.skipIf(postgresBinaries === undefined)("on a PostgreSQL server, at the same time", () => {
  let server: PostgresServer;
  let docent: TestApp;
  let database: ReturnType<typeof createPostgresDatabase>;
  beforeAll(async () => {
    server = await startPostgres();
    const logger = createMemoryLogger();
    database = createPostgresDatabase({ url: server.url });
    await migrate(database, { logger });
    const open = () => Promise.resolve(database);
    docent = await createTestApp({}, { database: superviseDatabase(open, logger) });
  });
  afterAll(async () => {
    await docent.close();
    await server.stop();
  });

  test("a question asked while its guest signs in is lost to nobody who was told it was taken", async () => {
    for (let round = 0; round < 15; round += 1) {
      const guest = await startGuest(docent);
      const headers = { ...bearer(guest.access_token), accept: "application/json" };
      const asked = Array.from({ length: 4 }, (_, index) =>
        docent.post("/api/chat", { message: `Question ${index}` }, headers),
      );
      const person = await register(docent, { guest: guest.access_token });
      for (const answer of await Promise.all(asked)) {
        const body = await answer.json();
        if (answer.status === 200) {
          const path = `/api/conversations/${body.conversation_id}`;
          const read = await send(docent, "GET", path, { token: person.access_token });
          expect(read.status).toBe(200);
          expect((await read.json()).messages[1].status).toBe("complete");
        } else expect([401, 409]).toContain(answer.status);
      }
    }
  });

  test("refreshes with one token get one successor", async () => {
    const { refresh_token } = await startGuest(docent);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => docent.post("/api/auth/refresh", { refresh_token })),
    );
    const tokens = await Promise.all(
      answers.map(async (answer) => (await answer.json()).refresh_token),
    );
    expect(new Set(tokens).size).toBe(1);
    expect((await docent.post("/api/auth/refresh", { refresh_token: tokens[0] })).status).toBe(200);
  });

  test("registrations with one address make one account", async () => {
    const body = { email: "one@example.org", password: goodPassword };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => docent.post("/api/auth/register", body)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
  });

  test("keys stop at fifty", async () => {
    const { access_token: token } = await register(docent);
    const body = { name: "one of many", scopes: ["chat"] };
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => send(docent, "POST", "/api/auth/keys", { token, body })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
  });

  test("sign-ins with the old password do not outlive its change", async () => {
    const { user, access_token: token } = await register(docent);
    const signIns = Array.from({ length: 8 }, () =>
      docent.post("/api/auth/login", { email: user.email, password: goodPassword }),
    );
    const body = { password: "ein neues, besseres Wort", current_password: goodPassword };
    const changed = await send(docent, "PATCH", "/api/auth/me", { token, body });
    expect(changed.status).toBe(200);
    for (const answer of await Promise.all(signIns)) {
      if (answer.status !== 200) continue;
      const { access_token } = await answer.json();
      expect((await send(docent, "GET", "/api/auth/me", { token: access_token })).status).toBe(401);
    }
  });

  test("one guest handed to two accounts goes to one of them, whole", async () => {
    const guest = await startGuest(docent);
    const headers = { ...bearer(guest.access_token), accept: "application/json" };
    for (let index = 0; index < 3; index += 1) {
      await (await docent.post("/api/chat", { message: "hi" }, headers)).text();
    }
    const accounts = [await register(docent), await register(docent)];
    await Promise.allSettled(
      accounts.map(({ user }) => logIn(docent, user.email, bearer(guest.access_token))),
    );
    const owned = await database.query<{ owner_id: string; count: number }>({
      text: "select owner_id, count(*)::int as count from conversations where owner_id = any($1::uuid[]) group by 1",
      values: [accounts.map(({ user }) => user.id)],
    });
    expect(owned.map(({ count }) => count)).toEqual([3]);
  });
});
