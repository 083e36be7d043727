import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  createPgliteDatabase,
  type PgliteDatabase,
} from "../../../adapters/databases/pglite/database.ts";
import { openEngine } from "../../../adapters/databases/pglite/engine.ts";
import { ensureDirectory } from "../../../adapters/databases/pglite/prepare.ts";
import { nodeCapabilities } from "../../../adapters/runtimes/node/capabilities.ts";
import { parseSettings } from "../../../handlers/settings/index.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import { migratedDirectory } from "../../support/apps/test-database.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import { built, builtThread } from "../../support/servers/built.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";

async function openDatabase(directory: string, threadModule = builtThread()) {
  const logger = createMemoryLogger();
  const database = createPgliteDatabase({
    directory,
    preparedDirectory: built("database"),
    threadModule,
    logger,
  });
  await database.open();
  return { database, logger };
}

test("a first start copies the prepared directory, a later one finds it; meanwhile calls are unavailable", async () => {
  const { database, logger } = await openDatabase(await temporaryDirectory());
  await database.query(sql`create table kept (id int)`);
  await Promise.all([database.open(), database.open()]);
  await database.close();
  await database.close();
  await expect(database.query(sql`select 1`)).rejects.toMatchObject({ retryable: true });
  await database.open();
  expect(await database.query(sql`select count(*) as n from kept`)).toEqual([{ n: 0 }]);
  await database.close();
  const opened = logger.lines.map((line) => line.fields);
  expect(opened).toMatchObject([{ directory: "copied" }, { directory: "found" }]);
});

test("a prepared directory that is there and cannot be read is told, and the database made anew", async () => {
  const directory = await temporaryDirectory();
  const preparedDirectory = join(directory, "loop");
  await symlink(preparedDirectory, preparedDirectory);
  const logger = createMemoryLogger();
  const database = createPgliteDatabase({ directory, preparedDirectory, logger });
  await database.open();
  await database.close();
  expect(logger.lines.map(({ fields }) => fields)).toMatchObject([
    { unreadable: "ELOOP" },
    { directory: "created" },
  ]);
});

test("without a prepared directory the database is made anew, over the rest of an interrupted try", async () => {
  const directory = await temporaryDirectory();
  await mkdir(join(directory, "database.new"));
  await writeFile(join(directory, "database.new", "PG_VERSION"), "half");
  const logger = createMemoryLogger();
  const database = createPgliteDatabase({
    directory,
    preparedDirectory: join(directory, "missing"),
    logger,
  });
  await database.open();
  await database.query(sql`create extension vector`);
  const rows = await database.query(sql`select ('[1,2]'::vector <-> '[1,4]') as distance`);
  expect(rows).toEqual([{ distance: 2 }]);
  await database.close();
  expect(logger.lines[0]?.fields).toMatchObject({ directory: "created" });
  expect(existsSync(join(directory, "database.new"))).toBe(false);
});

test("while a long query runs, the caller's event loop turns freely, and close waits for the answer", async () => {
  const { database } = await openDatabase(await temporaryDirectory());
  const state = { running: true, turns: 0 };
  const long = sql`select count(*) as n from generate_series(1, 300000)`;
  const query = database.query(long).finally(() => (state.running = false));
  while (state.running) {
    await turn();
    state.turns += 1;
  }
  expect(await query).toEqual([{ n: 300_000 }]);
  expect(state.turns).toBeGreaterThan(20);
  const last = database.query(long);
  await database.close();
  expect(await last).toEqual([{ n: 300_000 }]);
});

test("a migration that fails is tried again without a restart", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "database");
  await ensureDirectory(path, await migratedDirectory(createMemoryLogger()));
  const reverseChecksums = async () => {
    const engine = await openEngine({ directory: path });
    await engine.query(sql`update schema_migrations set checksum = reverse(checksum)`);
    await engine.close();
  };
  await reverseChecksums();

  const { openEmbeddedDatabase } = nodeCapabilities(createMemoryLogger());
  const { settings } = parseSettings({ DATA_DIR: directory });
  const { signal } = new AbortController();
  const open = () => openEmbeddedDatabase?.(settings, signal);
  const changed = { message: expect.stringContaining("was changed after it had been applied") };
  await expect(open()).rejects.toMatchObject(changed);
  await reverseChecksums();
  const opened = await open();
  expect(await opened?.query(sql`select count(*) as n from users`)).toEqual([{ n: 0 }]);
  await opened?.close();
});

test("tidying bounds the write-ahead log and refreshes the planner's statistics", async () => {
  const directory = join(await temporaryDirectory(), "database");
  await ensureDirectory(directory, built("database"));
  const engine = await openEngine({ directory });
  await engine.query(sql`create table big (id int, body text)`);
  for (let round = 0; round < 4; round += 1) {
    await engine.query(
      sql`insert into big select n, repeat(md5(n::text), 30) from generate_series(1, 7000) n`,
    );
  }
  const distance = sql`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::int8 as bytes
    from pg_control_checkpoint()`;
  const before = await engine.query<{ bytes: number }>(distance);
  await engine.tidy("checkpoint");
  const after = await engine.query<{ bytes: number }>(distance);
  expect(before[0]?.bytes).toBeGreaterThan(16 * 1024 * 1024);
  expect(after[0]?.bytes).toBeLessThan(1024 * 1024);
  await engine.tidy("everything");
  const rows = await engine.query(
    sql`select reltuples::int as rows from pg_class where relname = 'big'`,
  );
  expect(rows).toEqual([{ rows: 28_000 }]);
  await engine.query(sql`delete from big where id % 2 = 0`);
  await engine.tidy("everything");
  const dead = await engine.query(
    sql`select n_dead_tup as dead, vacuum_count as vacuums from pg_stat_user_tables where relname = 'big'`,
  );
  expect(dead).toEqual([{ dead: 0, vacuums: 1 }]);
  await engine.close();
});

test("a table that is worn most is vacuumed although a smaller one is worn again each time", async () => {
  const directory = join(await temporaryDirectory(), "database");
  await ensureDirectory(directory, built("database"));
  const engine = await openEngine({ directory });
  await engine.query(sql`create table small (n int)`);
  await engine.query(sql`create table large (n int)`);
  await engine.query(sql`insert into small values (0)`);
  await engine.query(sql`insert into large select generate_series(1, 600)`);
  for (let round = 0; round < 2; round += 1) {
    await engine.query(sql`do $$ begin
      for round in 1..600 loop update small set n = n + 1; end loop;
      for round in 1..3 loop update large set n = n + 1; end loop;
    end $$`);
    await engine.tidy("everything");
  }
  const vacuumed = await engine.query(
    sql`select relname as name from pg_stat_user_tables where vacuum_count > 0 and relname = 'large'`,
  );
  expect(vacuumed).toEqual([{ name: "large" }]);
  await engine.close();
});

describe("on a thread that a test lets fail", () => {
  let directory: string;
  let database: PgliteDatabase;
  let logger: ReturnType<typeof createMemoryLogger>;
  beforeAll(async () => {
    // The watchdog's seconds.
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const threadModule = new URL("../../support/servers/crashing-thread.ts", import.meta.url);
    directory = await mkdtemp(join(tmpdir(), "docent-"));
    ({ database, logger } = await openDatabase(directory, threadModule));
    await database.query(sql`create table kept (id int)`);
    await database.query(sql`insert into kept values (1)`);
  });
  afterAll(async () => {
    await database.close();
    await rm(directory, { recursive: true });
    vi.useRealTimers();
  });
  const complaints = () => logger.lines.filter((line) => line.level === "error");

  test("a database that is never left alone is vacuumed all the same", async () => {
    await database.query(sql`create table busy (id int)`);
    await database.query(sql`insert into busy select generate_series(1, 600)`);
    for (let round = 0; round < 2; round += 1)
      await database.query(sql`update busy set id = id + 1`);
    await database.query({ text: "pass 10 seconds", values: [] }).catch(() => undefined);
    const vacuums = sql`select vacuum_count as vacuums from pg_stat_user_tables where relname = 'busy'`;
    // Asks every 50 ms.
    await expect.poll(() => database.query(vacuums)).toEqual([{ vacuums: 1 }]);
  });

  test("one that dies fails what waits on it; the next query gets another and all that was acknowledged", async () => {
    const asked = [
      database.query(sql`select count(*) from generate_series(1, 100000)`),
      database.query({ text: "crash", values: [] }),
      database.query(sql`select 2`),
    ];
    for (const outcome of (await Promise.allSettled(asked)).slice(1)) {
      expect(outcome).toMatchObject({ reason: { code: "unavailable", retryable: true } });
    }
    expect(await database.query(sql`select id from kept`)).toEqual([{ id: 1 }]);
    expect(complaints()).toHaveLength(1);
  });

  test("one that works without end is replaced; what waits on it fails, and what was acknowledged stays", async () => {
    const asked = [database.query({ text: "spin", values: [] }), database.query(sql`select 2`)];
    const outcomes = Promise.allSettled(asked);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ reason: { code: "unavailable", retryable: true } });
    expect(await database.query(sql`select id from kept`)).toEqual([{ id: 1 }]);
    expect(complaints().at(-1)?.fields).toEqual({ reason: "no answer for 120 seconds" });
  });
});
