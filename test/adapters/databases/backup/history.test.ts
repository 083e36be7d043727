import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { backUpNow } from "../../../../adapters/databases/backup/by-hand.ts";
import { migrate } from "../../../../adapters/databases/migrate.ts";
import { migrations } from "../../../../adapters/databases/migrations/index.ts";
import { listTables, quoted } from "../../../../adapters/databases/tables.ts";
import { nodeCapabilities } from "../../../../adapters/runtimes/node/capabilities.ts";
import { sql } from "../../../../handlers/lib/sql.ts";
import { systemClock } from "../../../../handlers/lib/time.ts";
import type { Database, Statement } from "../../../../handlers/ports/database.ts";
import { parseSettings } from "../../../../handlers/settings/index.ts";
import { openBucket, type Bucket } from "../../../support/backup/bucket.ts";
import { createJumpingClock, day } from "../../../support/backup/clocks.ts";
import { openKept } from "../../../support/backup/kept-database.ts";
import { createMemoryLogger } from "../../../support/apps/logger.ts";
import { createThreadlessDatabase } from "../../../support/backup/threadless-database.ts";
import { built } from "../../../support/servers/built.ts";
import { temporaryDirectory } from "../../../support/servers/temporary-directory.ts";

const ada = "00000000-0000-7000-8000-00000000000a";
const grace = "00000000-0000-7000-8000-00000000000b";

test("every kind of change is restored: rows, their deletion by cascade, changed keys, exchanged names, numbers", async () => {
  const bucket = await openBucket();
  const first = await openKept(bucket);
  const run = (text: string) => first.query({ text, values: [] });
  await run(
    `insert into users (id, kind, email) values ('${ada}', 'user', 'a'), ('${grace}', 'user', 'g')`,
  );
  await run(
    `insert into tasks (id, owner_id, title, folded_title) select gen_random_uuid(), '${ada}', 't' || n, 't' from generate_series(1, 700) as n`,
  );
  await run(
    `insert into known_addresses values ('${ada}', '\\x00ff', 'infinity'), ('${grace}', '\\x01', now())`,
  );
  await run(
    `insert into identities values ('huggingface', 'one', '${ada}'), ('huggingface', 'two', '${grace}')`,
  );
  await run(`insert into index_segments (passages) values (1), (2)`);
  await run(`insert into index_blocks values (1, 1, '{1,2}', '{3,4}', '\\xdeadbeef')`);
  await run(`select nextval('passage_numbers') from generate_series(1, 5)`);
  await first.kept();
  await first.batch([setEmail(ada, "-"), setEmail(grace, "a"), setEmail(ada, "g")]);
  await run(`update identities set subject = 'three' where subject = 'one'`);
  await run(`delete from users where id = '${grace}'`);
  await run(`with gone as (delete from tasks where title = 't7' returning 1), new as (
    insert into tasks (id, owner_id, title, folded_title) values ('${grace}', '${ada}', E'tab\\t"quote" \\\\ ü\\n', 'x') returning 1
  ) update tasks set completed = true where title = 't8'`);
  const there = await dump(first);
  await first.close();
  const second = await openKept(bucket);
  expect(await dump(second)).toEqual(there);
  expect(there["tasks"]).toHaveLength(700);
  expect(await second.query(sql`select nextval('passage_numbers') as next`)).toEqual([{ next: 6 }]);
  // What was relaxed for the restore is in force again.
  await expect(
    second.query(sql`insert into users (id, kind, email) values (gen_random_uuid(), 'user', 'g')`),
  ).rejects.toMatchObject({ code: "conflict" });
  await expect(
    second.query(sql`insert into sign_in_codes values ('\\x01', ${grace}::uuid, now())`),
  ).rejects.toMatchObject({ code: "conflict" });
});

test("a few changes of a large table are looked up by their keys, and many leave no table that grows", async () => {
  const first = await openKept(await openBucket());
  const run = <Row extends object>(text: string) => first.query<Row>({ text, values: [] });
  await run(`insert into users (id, kind, email) values ('${ada}', 'user', 'a')`);
  await run(
    `insert into tasks (id, owner_id, title, folded_title) select gen_random_uuid(), '${ada}', 't' || n, 't' from generate_series(1, 5000) as n`,
  );
  await first.kept();
  const scans = async () => {
    await run("select pg_stat_force_next_flush()");
    const of = "where relname = 'tasks'";
    return (await run(`select seq_scan::int4 from pg_stat_user_tables ${of}`))[0];
  };
  const before = await scans();
  const one = `select id from tasks order by id limit 1`;
  await run(`update tasks set completed = true where id in (${one})`);
  await first.kept();
  expect(await scans()).toEqual(before);

  const sizes: unknown[] = [];
  for (let round = 0; round < 3; round += 1) {
    await run(`insert into backup.changes (relation, key)
      select 'tasks', jsonb_build_object('id', task.id) from (${one}) as task, generate_series(1, 12000)`);
    await first.kept();
    sizes.push(await run("select pg_total_relation_size('backup.changes')::int4 as bytes"));
  }
  expect(sizes[2]).toEqual(sizes[1]);
});

test("a snapshot that is written while rows change is whole with its log", async () => {
  const bucket = await openBucket();
  const first = await openKept(bucket);
  await first.query({
    text: "insert into users (id, kind, email) select gen_random_uuid(), 'user', n::text from generate_series(1, 1000) as n",
    values: [],
  });
  for (let round = 0; manifestsIn(bucket).length < 2; round += 1) {
    // Emails go round, so that rows of different moments contradict each other.
    await first.query({
      text: `update users set email = 'next ' || email where email::text like '%${round % 10}'`,
      values: [],
    });
    await first.query({
      text: `delete from users where id in (select id from users limit 5)`,
      values: [],
    });
    await first.add(`user ${round}`);
    await sleep(5);
  }
  const there = await dump(first);
  await first.close();
  const second = await openKept(bucket);
  expect(await dump(second)).toEqual(there);
});

test("a snapshot of an older Docent is restored and brought up to date, and so is what follows it", async () => {
  const bucket = await openBucket();
  const logger = createMemoryLogger();
  const old = createThreadlessDatabase(await temporaryDirectory(), built("database"));
  await old.open();
  await migrate(old, { logger, migrations: migrations.slice(0, 9) });
  await old.query(sql`insert into users (id, kind, name) values (${ada}::uuid, 'user', 'Ada')`);
  const { signal } = new AbortController();
  const options = { passphrase: undefined, secretPath: "/nowhere", clock: systemClock, signal };
  await backUpNow(old, { ...bucket, ...options });
  await old.close();

  const first = await openKept(bucket);
  expect(await first.names()).toEqual(["Ada"]);
  await first.query(sql`insert into daily_usage (day, answered) values ('2026-11-29', 3)`);
  const there = await dump(first);
  await first.close();
  const second = await openKept(bucket);
  expect(await dump(second)).toEqual(there);
});

test("short-lived processes do not let the log grow for ever: what they leave calls for a snapshot together", async () => {
  const bucket = await openBucket();
  const pace = { segments: 3 };
  const first = await openKept({ ...bucket, pace });
  for (const name of ["Ada", "Grace"]) {
    await first.add(name);
    await first.kept();
  }
  const installed = await lastInstallation(first);
  await first.close();
  expect(manifestsIn(bucket)).toHaveLength(1);
  const second = await openKept({ ...bucket, pace, directory: first.directory });
  // Nor does each of them install again what is installed.
  expect(await lastInstallation(second)).toEqual(installed);
  await second.add("Hedy");
  await expect.poll(() => manifestsIn(bucket).length).toBe(2);
  await second.close();
});

test("a deleted account leaves the backup within eight days", async () => {
  const bucket = await openBucket();
  const first = await openKept({ ...bucket });
  await first.add("Ada Lovelace");
  await first.close();
  const clock = createJumpingClock(day);
  const second = await openKept({ ...bucket, clock, directory: first.directory });
  // A snapshot is due, because the last one was written a day ago.
  await expect.poll(() => manifestsIn(bucket).length).toBe(2);
  expect(textOf(bucket)).toContain("Ada Lovelace");
  await second.query(sql`delete from users where name = 'Ada Lovelace'`);
  await second.kept();
  for (let today = 2; today <= 9; today += 7) {
    const before = manifestsIn(bucket).at(-1);
    clock.jump((today === 2 ? 1 : 7) * day);
    await second.add("Grace");
    await expect.poll(() => manifestsIn(bucket).at(-1)).not.toBe(before);
  }
  await expect.poll(() => textOf(bucket)).not.toContain("Ada Lovelace");
  expect(textOf(bucket)).toContain("Grace");
  await second.close();
});

test("a newer Docent's backup is left alone; in its directory, changes of a table that it made anew are kept", async () => {
  const bucket = await openBucket();
  const first = await openKept(bucket);
  await first.batch([
    sql`insert into schema_migrations (name, checksum) values ('9999-later', '')`,
    sql`create table anew (like daily_usage including all)`,
    sql`drop table daily_usage`,
    sql`alter table anew rename to daily_usage`,
  ]);
  await first.close();
  const second = await openKept({ ...bucket, directory: first.directory });
  await second.query(sql`insert into daily_usage (day, answered) values ('2001-02-03', 3)`);
  await second.close();
  expect(textOf(bucket)).toContain("2001-02-03");
  await expect(openKept(bucket)).rejects.toMatchObject({
    code: "invalid",
    message: "The backup was written by a newer Docent (migration 9999-later): start that one",
  });
});

test("without BACKUP_URL a database forgets its backup, and notes no more changes", async () => {
  const bucket = await openBucket();
  const first = await openKept(bucket);
  await first.add("Ada");
  await first.close();
  const { settings } = parseSettings({ DATA_DIR: first.directory });
  const { openEmbeddedDatabase } = nodeCapabilities(createMemoryLogger());
  const plain = await openEmbeddedDatabase?.(settings, new AbortController().signal);
  const rows = await plain?.query(sql`
    select count(*) filter (where tgname like 'backup_%') as triggers,
      count(*) filter (where nspname = 'backup') as schemas
    from pg_trigger, pg_namespace`);
  expect(rows).toEqual([{ triggers: 0, schemas: 0 }]);
  await plain?.close();
});

function setEmail(id: string, email: string): Statement {
  return sql`update users set email = ${email} where id = ${id}::uuid`;
}

/** Changes whenever a trigger is made or replaced. */
function lastInstallation(database: Database): Promise<object[]> {
  return database.query(sql`select max(xmin::text::int8) as transaction from pg_trigger`);
}

function manifestsIn(bucket: Bucket): string[] {
  return bucket.names("snapshots/").filter((name) => name.endsWith("/manifest"));
}

/** All that the bucket holds of snapshots and log. */
function textOf(bucket: Bucket): string {
  const names = [...bucket.names("snapshots/"), ...bucket.names("log/")];
  return names
    .map((name) => gunzipSync(bucket.s3.objects.get(name)?.content ?? "").toString())
    .join("\n");
}

/** Every row of every table that is backed up. */
async function dump(database: Database): Promise<Record<string, unknown[]>> {
  const tables: Record<string, unknown[]> = {};
  for (const { name } of await listTables(database)) {
    const text = `select to_jsonb(rows) as row from ${quoted(name)} as rows order by to_jsonb(rows)::text`;
    tables[name] = (await database.query<{ row: unknown }>({ text, values: [] })).map(
      ({ row }) => row,
    );
  }
  return tables;
}
