import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { neonConfig } from "@neondatabase/serverless";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { bringUpToDate } from "../../../adapters/databases/bring-up-to-date.ts";
import { findPending } from "../../../adapters/databases/pending.ts";
import { createNeonDatabase } from "../../../adapters/databases/neon/database.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import { startNeonStandIn, type NeonStandIn } from "../../support/stand-ins/neon-stand-in.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import { createRecordingLogger } from "../../support/apps/test-app.ts";

const url = "postgresql://docent:hush-hush@ep-test.eu.neon.tech/postgres?sslmode=require";

const raw = (text: string) => ({ text, values: [] });
const fromPostgres = (code: string | null, message: string) => JSON.stringify({ code, message });

describe("what Neon's endpoint may answer", () => {
  let endpoint: Server | undefined;
  afterEach(() => {
    endpoint?.closeAllConnections();
    endpoint?.close();
  });

  async function ask(
    status: number,
    body: string,
    deadlineMilliseconds?: number,
  ): Promise<unknown> {
    endpoint = createServer((_, response) => {
      if (status === 0) return;
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
    await new Promise<void>((resolve) => endpoint?.listen(0, "127.0.0.1", resolve));
    neonConfig.fetchEndpoint = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/sql`;
    const options = deadlineMilliseconds === undefined ? {} : { deadlineMilliseconds };
    const database = createNeonDatabase({ url, ...options });
    return database.query(sql`select 1`).catch((error: unknown) => error);
  }

  test.each([
    [
      400,
      fromPostgres("28P01", "password authentication failed for user 'docent'"),
      "unauthorized",
    ],
    [400, fromPostgres(null, "password authentication failed for user 'docent'"), "unauthorized"],
    [400, fromPostgres("3D000", "database docent does not exist"), "unavailable"],
    [400, fromPostgres("42601", "syntax error"), "invalid"],
    [400, fromPostgres("53300", "too many connections for role docent"), "unavailable"],
    [400, fromPostgres(null, "Control plane request failed"), "unavailable"],
    [402, "docent has used up its compute time", "out_of_credit"],
    [403, "forbidden for docent", "unauthorized"],
    [404, "no such endpoint ep-test.eu.neon.tech", "unavailable"],
    [400, fromPostgres(null, "could not parse the HTTP request body: EOF"), "invalid"],
    [400, fromPostgres("08P01", "Query cancelled, connection was terminated"), "unavailable"],
    [413, fromPostgres(null, "request is too large (max is 10485760 bytes)"), "invalid"],
    [507, fromPostgres(null, "response is too large (max is 10485760 bytes)"), "invalid"],
    [429, "too many", "rate_limited"],
    [500, fromPostgres("53300", "too many connections for role docent"), "unavailable"],
    [500, fromPostgres("57P03", "docent: the database system is starting up"), "unavailable"],
    [500, "hush-hush", "unavailable"],
    [502, "<html>", "unavailable"],
    [200, "no JSON at all", "unavailable"],
    [200, "{}", "unavailable"],
  ])("%i %s is %s", async (status, body, code) => {
    const failure = await ask(status, body);
    expect(failure).toMatchObject({
      name: "PortFailure",
      code,
      retryable: code !== "invalid" && code !== "out_of_credit",
      message: expect.not.stringMatching(/hush|docent|neon\.tech/),
    });
  });

  test("what PostgreSQL says to a connection keeps its SQLSTATE", async () => {
    const failure = await ask(500, fromPostgres("53300", "too many connections for role docent"));
    expect(failure).toMatchObject({ message: expect.stringContaining("53300") as string });
    const cancelled = fromPostgres("08P01", "Query cancelled, connection was terminated");
    const over = expect.not.stringContaining("PgBouncer") as string;
    expect(await ask(400, cancelled)).toMatchObject({ message: over });
  });

  test("silence is ended", async () => {
    expect(await ask(0, "", 1000)).toMatchObject({
      code: "unavailable",
      message: "The database has not answered for 1 seconds",
    });
  });

  test("a URL without a user or a database is told as it is", async () => {
    const database = createNeonDatabase({ url: "postgresql://ep-test.eu.neon.tech" });
    await expect(database.query(sql`select 1`)).rejects.toMatchObject({
      code: "unauthorized",
      message: "DATABASE_URL must name a user and a database",
    });
  });

  test("nobody there is told as it is", async () => {
    neonConfig.fetchEndpoint = "http://127.0.0.1:1/sql";
    await expect(createNeonDatabase({ url }).query(sql`select 1`)).rejects.toMatchObject({
      code: "unavailable",
      retryable: true,
    });
  });
});

if (postgresBinaries === undefined) {
  test.skip("migrating through Neon's driver (skipped: no PostgreSQL server binaries found)");
} else {
  describe("through Neon's driver, in front of a PostgreSQL", () => {
    let server: PostgresServer;
    let neon: NeonStandIn;
    beforeAll(async () => {
      server = await startPostgres();
      neon = await startNeonStandIn(server.url);
      neonConfig.fetchEndpoint = neon.endpoint;
    });
    afterAll(async () => {
      await neon.stop();
      await server.stop();
    });

    test("migrations apply, each in one request that begins with the lock", async () => {
      const database = createNeonDatabase({ url });
      const { logger } = createRecordingLogger();
      const pending = await findPending(database);
      expect(pending.length).toBeGreaterThan(1);
      expect(await bringUpToDate(database, logger)).toEqual(pending);
      expect(await findPending(database)).toEqual([]);
      const batches = neon.requests.flatMap(({ body }) =>
        "queries" in body ? [body.queries] : [],
      );
      expect(batches).toHaveLength(pending.length + 1);
      for (const [first] of batches) expect(first?.query).toContain("pg_advisory_xact_lock");
    });

    const refused = { name: "PortFailure", code: "invalid", retryable: false };

    test("a statement is one command", async () => {
      const asking = createNeonDatabase({ url }).query(raw("select 1; select 2"));
      await expect(asking).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining("42601") as string,
      });
    });

    test("half of a character is written as the replacement character, in lists too", async () => {
      const database = createNeonDatabase({ url });
      const rows = await database.query(sql`
        select ${"a\uD800b"}::text as one, ${["\uDC00c"]}::text[] as many`);
      expect(rows).toEqual([{ one: "a\uFFFDb", many: ["\uFFFDc"] }]);
    });

    test("what is larger than Neon passes on is refused for good, in both directions", async () => {
      const database = createNeonDatabase({ url });
      const large = "x".repeat(10 * 1024 * 1024);
      const sending = database.query(sql`select length(${large}::text)`);
      await expect(sending).rejects.toMatchObject(refused);
      const reading = database.query(
        raw("select repeat('x', 1000000) from generate_series(1, 12)"),
      );
      await expect(reading).rejects.toMatchObject(refused);
    });

    test("a batch that is no longer waited for leaves nothing", async () => {
      const database = createNeonDatabase({ url });
      await database.query(raw("create table patience (id int)"));
      const hasty = createNeonDatabase({ url, deadlineMilliseconds: 500 });
      const batch = [raw("insert into patience values (1)"), raw("select pg_sleep(60)")];
      await expect(hasty.batch(batch)).rejects.toMatchObject({ code: "unavailable" });
      const sleeping = raw(
        "select from pg_stat_activity where state <> 'idle' and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()",
      );
      await expect.poll(() => database.query(sleeping)).toEqual([]);
      expect(await database.query(raw("select from patience"))).toEqual([]);
    });

    test("the request is as Neon documents it", async () => {
      await createNeonDatabase({ url }).query(sql`select ${1}::int as one`);
      expect(neon.requests.at(-1)).toMatchObject({
        headers: {
          "neon-connection-string": expect.stringContaining("ep-test.eu.neon.tech/postgres"),
          "neon-raw-text-output": "true",
          "neon-array-mode": "true",
        },
        body: { query: "select $1::int as one", params: [expect.anything()] },
      });
    });
  });
}
