import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

// PGlite keeps a statement from its second run on.
let database: OpenDatabase;
beforeAll(async () => {
  database = await openTestDatabase(createMemoryLogger());
});
afterAll(() => database.close());

test("a kept statement sees the columns that its table has now", async () => {
  await database.query(sql`create table changing (a integer)`);
  await database.query(sql`insert into changing values (1)`);
  const all = sql`select * from changing`;
  for (let run = 0; run < 3; run += 1) expect(await database.query(all)).toEqual([{ a: 1 }]);
  await database.query(sql`alter table changing add b text not null default 'ü'`);
  for (let run = 0; run < 3; run += 1)
    expect(await database.query(all)).toEqual([{ a: 1, b: "ü" }]);
  await database.query(sql`alter table changing alter a type text using 'x'`);
  const batch = await database.batch([sql`delete from changing returning b`, all]);
  expect(batch).toEqual([[{ b: "ü" }], []]);
});

test("a statement that fails, and the whole of its batch, changes nothing, at whatever run", async () => {
  await database.query(sql`create table counted (a integer primary key)`);
  for (let run = 1; run <= 4; run += 1) {
    const add = sql`insert into counted values (${run}::integer) returning a`;
    const divide = sql`select 1 / ${0}::integer`;
    await expect(database.batch([add, divide])).rejects.toMatchObject({ code: "invalid" });
    await expect(database.batch([add, add])).rejects.toMatchObject({ code: "conflict" });
    expect(await database.query(add)).toEqual([{ a: run }]);
  }
  expect(await database.query(sql`select count(*) as rows from counted`)).toEqual([{ rows: 4 }]);
});

test("far more statements than are kept go on giving their own rows", async () => {
  const statements = Array.from({ length: 300 }, (_, index) => ({
    text: `select ${index} as a, $1::text as b`,
    values: [`text ${index}`],
  }));
  for (let run = 0; run < 3; run += 1) {
    for (const [index, statement] of statements.entries())
      expect(await database.query(statement)).toEqual([{ a: index, b: `text ${index}` }]);
    const rows = await database.batch(statements);
    expect(rows).toEqual(statements.map(({ values: [b] }, a) => [{ a, b }]));
  }
});

test("an answer of many megabytes arrives whole", async () => {
  const [row] = await database.query<{ text: string; bytes: Uint8Array }>(
    sql`select repeat('ü', 3000000) as text, ${new Uint8Array(2_000_000).fill(9)}::bytea as bytes`,
  );
  expect(row?.text).toBe("ü".repeat(3_000_000));
  expect(row?.bytes.every((byte) => byte === 9) && row.bytes.length).toBe(2_000_000);
});
