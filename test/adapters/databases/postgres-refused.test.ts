import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import { runCommandHere } from "../../support/clients/run-command.ts";
import { startTcpProxy } from "../../support/stand-ins/tcp-proxy.ts";

if (!postgresBinaries) console.warn("No PostgreSQL on this machine: refused connections untested.");

describe.skipIf(!postgresBinaries)("a PostgreSQL that refuses connections or writes", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  test("each query of many is told at once that nothing answers, and the next one is answered", async () => {
    const proxy = await startTcpProxy(Number(new URL(server.url).port));
    const database = createPostgresDatabase({
      url: `postgresql://docent@127.0.0.1:${proxy.port}/postgres`,
    });
    const ask = () => database.query(sql`select 1 as one`).catch((error: Error) => error.message);
    await proxy.set("refuse");
    const told = await Promise.all(Array.from({ length: 9 }, ask));
    for (let round = 0; round < 9; round += 1) told.push(await ask());
    expect(new Set(told)).toEqual(
      new Set([expect.stringContaining("is the database running? (ECONNREFUSED)")]),
    );
    await proxy.set("pass");
    expect(await ask()).toEqual([{ one: 1 }]);
    await database.close();
    await proxy.stop();
  });

  test("writes are taken again once they may be, while it is read all the time", async () => {
    await attempt(server.url, "create role writer login superuser");
    await attempt(server.url, "alter role writer set default_transaction_read_only = on");
    const database = createPostgresDatabase({ url: server.url.replace("docent@", "writer@") });
    const write = () => database.query(sql`create table if not exists written ()`);
    await expect(write()).rejects.toMatchObject({ code: "moved" });
    await attempt(server.url, "alter role writer reset default_transaction_read_only");
    const slow = database.query(sql`select pg_sleep(2)`);
    const outcome = () => write().catch((error: Error) => error.message);
    await expect.poll(outcome, { timeout: 5000 }).toEqual([]);
    await slow;
    await database.close();
  });

  test("a root certificate that cannot be read is named as the cause", async () => {
    const willing = createServer((socket) => socket.once("data", () => socket.write("S")));
    willing.listen(0, "127.0.0.1");
    await once(willing, "listening");
    const { port } = willing.address() as AddressInfo;
    const url = `postgresql://docent@127.0.0.1:${port}/postgres?sslmode=verify-full`;
    await expect(attempt(`${url}&sslrootcert=/nowhere.pem`)).rejects.toMatchObject({
      message: expect.stringContaining("sslrootcert in DATABASE_URL names cannot be read"),
    });
    willing.close();
  });

  test("a database whose encoding lacks characters is not made a Docent", async () => {
    const made = "create database latin encoding 'LATIN1' locale 'C' template template0";
    await attempt(server.url, made);
    const environment = { DATABASE_URL: server.url.replace("/postgres", "/latin") };
    const { code, stderr } = await runCommandHere(["migrate"], { environment });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "docent: Docent needs a database with the encoding UTF8, and this one has LATIN1\n",
    });

    // An older version made one of it, which must stay readable to be copied elsewhere.
    const database = createPostgresDatabase({ url: environment.DATABASE_URL });
    await migrate(database, { logger: createMemoryLogger() });
    await database.close();
    expect(await runCommandHere(["migrate"], { environment })).toMatchObject({ code: 0 });
  });

  test("times and bytes are read alike, however the database writes them", async () => {
    await attempt(server.url, "create role german login");
    await attempt(server.url, "alter role german set DateStyle = 'German'");
    await attempt(server.url, "alter role german set bytea_output = 'escape'");
    const url = server.url.replace("docent@", "german@");
    const text =
      "select '2026-02-03T04:05:06Z'::timestamptz as time, '\\x005c41ff'::bytea as bytes";
    expect(await attempt(url, text)).toEqual([
      { time: new Date("2026-02-03T04:05:06Z"), bytes: new Uint8Array([0, 92, 65, 255]) },
    ]);
  });

  test.each([
    ["/postgres", "/nowhere", "There is no database of that name"],
    [/\d+\/postgres/, "1/postgres", "is the database running?"],
    ["127.0.0.1", "no-such-host.invalid", "host name"],
  ])("instead of %s %s: it says what to do", async (from, to, advice) => {
    await expect(attempt(server.url.replace(from, to))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(advice),
    });
  });
});

async function attempt(url: string, text = "select 1 as one") {
  const database = createPostgresDatabase({ url });
  try {
    return await database.query({ text, values: [] });
  } finally {
    await database.close();
  }
}
