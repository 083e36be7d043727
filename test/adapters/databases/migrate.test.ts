import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate, splitStatements } from "../../../adapters/databases/migrate.ts";
import { migrations } from "../../../adapters/databases/migrations/index.ts";
import { openEngine } from "../../../adapters/databases/pglite/engine.ts";
import { ensureDirectory } from "../../../adapters/databases/pglite/prepare.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import { createPostgresDatabase } from "../../../adapters/databases/postgres/database.ts";
import {
  postgresBinaries,
  startPostgres,
  type PostgresServer,
} from "../../support/servers/postgres-server.ts";
import { built } from "../../support/servers/built.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";

const logger = createMemoryLogger();
const first = {
  name: "0001-first",
  sql: "create table first (id int);\ninsert into first values (1);\n",
};
const second = { name: "0002-second", sql: "alter table first add column name text;\n" };

async function openEmpty() {
  const directory = join(await temporaryDirectory(), "database");
  await ensureDirectory(directory, built("database"));
  return openEngine({ directory });
}

test("Docent's own migrations apply once", async () => {
  const database = await openEmpty();
  const names = migrations.map((migration) => migration.name);
  expect(await migrate(database, { logger })).toEqual({ applied: names });
  expect(await migrate(database, { logger })).toEqual({ applied: [] });
  await database.close();
});

test("only what is missing is applied, in order", async () => {
  const database = await openEmpty();
  await migrate(database, { logger, migrations: [first] });
  const result = await migrate(database, { logger, migrations: [first, second] });
  expect(result).toEqual({ applied: ["0002-second"] });
  expect(await database.query(sql`select id, name from first`)).toEqual([{ id: 1, name: null }]);
  await database.close();
});

test("a migration that fails leaves nothing of itself and stops the rest", async () => {
  const database = await openEmpty();
  const broken = { name: "0002-broken", sql: "create table half (id int);\nselekt 1;\n" };
  const third = { name: "0003-third", sql: "create table third (id int);\n" };
  await expect(
    migrate(database, { logger, migrations: [first, broken, third] }),
  ).rejects.toMatchObject({ code: "invalid" });
  const rows = await database.query(
    sql`select to_regclass('half')::text as half, to_regclass('third')::text as third, to_regclass('first')::text as first`,
  );
  expect(rows).toEqual([{ half: null, third: null, first: "first" }]);
  await database.close();
});

test("a migration that breaks a unique key fails as itself, not as already applied", async () => {
  const database = await openEmpty();
  const clash = {
    name: "0001-clash",
    sql: "create table t (id int primary key);\ninsert into t values (1), (1);\n",
  };
  await expect(migrate(database, { logger, migrations: [clash] })).rejects.toMatchObject({
    code: "conflict",
  });
  await database.close();
});

test("an applied migration whose text has changed is an error that names it; line ends do not matter", async () => {
  const database = await openEmpty();
  await migrate(database, { logger, migrations: [first] });
  const windows = { ...first, sql: first.sql.replaceAll("\n", "\r\n") };
  expect(await migrate(database, { logger, migrations: [windows] })).toEqual({ applied: [] });
  const edited = { ...first, sql: `${first.sql}-- more\n` };
  await expect(migrate(database, { logger, migrations: [edited] })).rejects.toThrow("0001-first");
  await database.close();
});

test("a database newer than the code is served, and logged", async () => {
  const database = await openEmpty();
  await migrate(database, { logger, migrations: [first, second] });
  const own = createMemoryLogger();
  expect(await migrate(database, { logger: own, migrations: [first] })).toEqual({ applied: [] });
  expect(own.lines).toMatchObject([{ level: "info", fields: { unknown: "0002-second" } }]);
  await database.close();
});

test("a file is split at semicolons that end a line, comments and bodies aside", () => {
  const text = `-- a comment; with a semicolon;
create table a (id int, -- inside;
  name text default 'x;y');

create function f() returns int language plpgsql as $$
begin
  return 1;
end $$; -- after
select 1`;
  expect(splitStatements(text)).toEqual([
    "create table a (id int, -- inside;\n  name text default 'x;y')",
    "create function f() returns int language plpgsql as $$\nbegin\n  return 1;\nend $$",
    "select 1",
  ]);
});

if (postgresBinaries === undefined) {
  test.skip("processes migrating at once (skipped: no PostgreSQL server binaries found)");
} else {
  describe("on a PostgreSQL server", () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());

    test("of several processes migrating at once each migration is applied by exactly one", async () => {
      const databases = Array.from({ length: 5 }, () =>
        createPostgresDatabase({ url: server.url }),
      );
      const many = Array.from({ length: 12 }, (_, n) => ({
        name: `${n}`.padStart(4, "0"),
        sql: `create table t${n} (id int primary key);\ninsert into t${n} values (${n});\n`,
      }));
      const results = await Promise.all(
        databases.map((database) => migrate(database, { logger, migrations: many })),
      );
      const applied = results.flatMap((result) => result.applied).sort();
      expect(applied).toEqual(many.map((migration) => migration.name));
      await Promise.all(databases.map((database) => database.close()));
    });
  });
}
