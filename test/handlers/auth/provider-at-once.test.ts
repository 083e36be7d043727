import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import { send } from "../../support/clients/people.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import {
  createProviderApp,
  createProviderVisitor,
  type ProviderApp,
} from "../../support/clients/provider-visitor.ts";

/** PGlite does one thing after the other; here a PostgreSQL with several connections does them at once. */
describe.skipIf(postgresBinaries === undefined)("on a PostgreSQL server, at the same time", () => {
  let server: PostgresServer;
  let app: ProviderApp;
  beforeAll(async () => {
    server = await startPostgres();
    const logger = createMemoryLogger();
    const database = createPostgresDatabase({ url: server.url });
    await migrate(database, { logger });
    const open = () => Promise.resolve(database);
    app = await createProviderApp({}, { database: superviseDatabase(open, logger) });
  });
  afterAll(async () => {
    await app.docent.close();
    await server.stop();
  });

  test("several first sign-ins make one account, and one address is one account's", async () => {
    for (let round = 0; round < 10; round += 1) {
      const email = `${crypto.randomUUID()}@example.org`;
      app.standIn.person = { sub: crypto.randomUUID(), email, email_verified: true };
      const same = await Promise.all(
        Array.from({ length: 4 }, () => createProviderVisitor(app).signIn()),
      );
      expect(new Set(same.map(({ user }) => user.id)).size).toBe(1);
      expect(same[0]?.user.email).toBe(email);
    }
  });

  test("several people with one address all come in, and one of them has it", async () => {
    const email = `${crypto.randomUUID()}@example.org`;
    const visitors = Array.from({ length: 3 }, () => createProviderVisitor(app));
    const backs: string[] = [];
    for (const visitor of visitors) {
      app.standIn.person = { sub: crypto.randomUUID(), email, email_verified: true };
      backs.push(await visitor.agree());
    }
    const fragments = await Promise.all(
      visitors.map((visitor, index) => visitor.comeBack(backs[index] ?? "")),
    );
    expect(fragments.map((fragment) => fragment.split("=")[0])).toEqual(
      visitors.map(() => "sign-in"),
    );
    const [held] = await app.docent.ports.database.query<{ count: number }>({
      text: "select count(*)::int as count from users where email = $1",
      values: [email],
    });
    expect(held?.count).toBe(1);
  });

  test("one of several uses of a code signs in", async () => {
    for (let round = 0; round < 10; round += 1) {
      app.standIn.person = { sub: crypto.randomUUID() };
      const visitor = createProviderVisitor(app);
      const code = await visitor.getCode();
      const kept = new Map(visitor.cookies);
      const redeem = () => {
        for (const [name, value] of kept) visitor.cookies.set(name, value);
        return visitor.redeem(code);
      };
      const uses = await Promise.all([redeem(), redeem(), redeem()]);
      const statuses = uses.map(({ status }) => status).toSorted((a, b) => a - b);
      expect(statuses).toEqual([200, 403, 403]);
    }
  });

  test("an account that is deleted while its owner signs in is gone, or made anew", async () => {
    for (let round = 0; round < 10; round += 1) {
      app.standIn.person = { sub: crypto.randomUUID() };
      const { access_token: token, user } = await createProviderVisitor(app).signIn();
      const visitor = createProviderVisitor(app);
      const back = await visitor.agree();
      const [removed, fragment] = await Promise.all([
        send(app.docent, "DELETE", "/api/auth/me", { token, body: {} }),
        visitor.comeBack(back),
      ]);
      expect(removed.status).toBe(204);
      const redeemed = await visitor.redeem(fragment.replace("sign-in=", ""));
      if (redeemed.status === 200) expect((await redeemed.json()).user.id).not.toBe(user.id);
      else expect(redeemed.status).toBe(403);
    }
  });
});
