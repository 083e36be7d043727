import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPostgresDatabase } from "../../../../adapters/databases/postgres/database.ts";
import { migrate } from "../../../../adapters/databases/migrate.ts";
import { superviseDatabase } from "../../../../adapters/databases/supervise.ts";
import { createMemoryLogger } from "../../../support/apps/logger.ts";
import { createTestApp, type TestApp } from "../../../support/apps/test-app.ts";
import { signIn } from "../../../support/clients/signed-in.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../../support/servers/postgres-server.ts";

/** PGlite does one thing after the other; here a PostgreSQL with several connections does them at once. */
describe.skipIf(postgresBinaries === undefined)("on a PostgreSQL server", () => {
  let server: PostgresServer;
  let docent: TestApp;
  let other: postgres.Sql;
  beforeAll(async () => {
    server = await startPostgres();
    const logger = createMemoryLogger();
    const database = createPostgresDatabase({ url: server.url });
    await migrate(database, { logger });
    other = postgres(server.url, { max: 1, onnotice: () => undefined });
    docent = await createTestApp(
      {},
      { database: superviseDatabase(() => Promise.resolve(database), logger) },
    );
  });
  afterAll(async () => {
    await docent.close();
    await other.end();
    await server.stop();
  });

  test("deleting a response keeps a turn that another instance begins at the moment", async () => {
    const { headers } = await signIn(docent);
    const asked = await docent.post("/v1/responses", { model: "docent", input: "Hi" }, headers);
    const { id } = await asked.json();
    const [conversation] = await other`select id from conversations`;
    const conversationId = String(conversation?.["id"]);
    let deleted: Promise<Response> | undefined;
    // What the other instance's statement does, stopped before its end.
    await other.begin(async (transaction) => {
      await transaction`
        update conversations set updated_at = clock_timestamp() where id = ${conversationId}`;
      await transaction`
        insert into messages (id, conversation_id, role, content, status)
        values (${crypto.randomUUID()}, ${conversationId}, 'user', 'And then?', 'complete')`;
      deleted = docent.fetch(`/v1/responses/${id}`, { method: "DELETE", headers });
      const [waiting] = await waitForLock(transaction);
      expect(waiting).toBeDefined();
    });
    expect((await deleted)?.status).toBe(200);
    const read = await docent.fetch(`/api/conversations/${conversationId}`, { headers });
    expect(read.status).toBe(200);
    expect((await read.json()).messages).toMatchObject([{ content: "And then?" }]);
  });
});

/** Waits until another connection waits for a row that this transaction has changed. */
async function waitForLock(transaction: postgres.TransactionSql): Promise<readonly object[]> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const rows = await transaction`select pid from pg_locks where not granted`;
    if (rows.length > 0) return rows;
    await transaction`select pg_sleep(0.01)`;
  }
  return [];
}
