import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../handlers/ports/database.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import { sql } from "../../handlers/lib/sql.ts";

type Closeable = Database & { close(): Promise<void> };

/** What every database behind the port promises. `open` gives an empty database. */
export function describeDatabase(name: string, open: () => Promise<Closeable>): void {
  describe(`database contract: ${name}`, () => {
    let database: Closeable;
    const one = async <Value>(statement: ReturnType<typeof sql>): Promise<Value> => {
      const rows = await database.query<{ value: Value }>(statement);
      expect(rows).toHaveLength(1);
      return rows[0]?.value as Value;
    };

    beforeAll(async () => {
      database = await open();
      await database.query(sql`create table owners (id int primary key)`);
      await database.query(sql`create table items (
        id int primary key,
        name text unique not null check (name <> 'forbidden'),
        owner int references owners (id) deferrable initially deferred
      )`);
    });
    afterAll(() => database.close());

    test("values come back as the types the port names", async () => {
      const at = new Date("2026-02-03T04:05:06.789Z");
      const rows = await database.query(sql`select
        ${"text"}::text as text, ${7}::int as small, ${2 ** 53 - 1}::int8 as big, ${1.5}::float8 as real,
        ${true}::boolean as yes, ${false}::boolean as no, ${at}::timestamptz as at,
        ${'{"a":[1,null,"ü"]}'}::jsonb as json, ${null}::text as nothing, count(*) as count,
        ${"018f2b1e-7c00-7000-8000-000000000000"}::uuid as id`);
      expect(rows).toEqual([
        {
          text: "text",
          small: 7,
          big: 2 ** 53 - 1,
          real: 1.5,
          yes: true,
          no: false,
          at,
          json: { a: [1, null, "ü"] },
          nothing: null,
          count: 1,
          id: "018f2b1e-7c00-7000-8000-000000000000",
        },
      ]);
    });

    test("bytes go in and come back as Uint8Array, windows of a larger buffer too", async () => {
      const all = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
      const value = await one<Uint8Array>(sql`select ${all.subarray(20, 290)}::bytea as value`);
      expect(value).toBeInstanceOf(Uint8Array);
      expect([...value]).toEqual([...all.subarray(20, 290)]);
      expect(await one<Uint8Array>(sql`select ${new Uint8Array()}::bytea as value`)).toHaveLength(
        0,
      );
    });

    test("arrays of strings and numbers serve any() and unnest()", async () => {
      const names = [
        "plain",
        'quo"te',
        "back\\slash",
        "com,ma",
        "{brace}",
        "NULL",
        "",
        "  ",
        "ß漢🙂",
      ];
      const rows = await database.query<{ value: string }>(
        sql`select value from unnest(${names}::text[]) with ordinality as t (value, n) order by n`,
      );
      expect(rows.map((row) => row.value)).toEqual(names);
      expect(await one(sql`select ${[3, 1, 2]}::int[] as value`)).toEqual([3, 1, 2]);
      expect(await one(sql`select 2 = any(${[1, 2]}::int[]) as value`)).toBe(true);
      expect(await one(sql`select 2 = any(${[] as number[]}::int[]) as value`)).toBe(false);
      expect(await one(sql`select ${names}::text[] as value`)).toEqual(names);
      expect(await one(sql`select ${[0.5, -1]}::float8[] as value`)).toEqual([0.5, -1]);
    });

    test("rows are counted without columns, and none are none", async () => {
      await database.query(sql`insert into owners (id) values (1), (2)`);
      expect(await database.query(sql`select from owners where id < 3`)).toEqual([{}, {}]);
      expect(await database.query(sql`select id from owners where id < 0`)).toEqual([]);
      await database.query(sql`delete from owners`);
    });

    test("times keep their milliseconds, before 1970 and in a far future too", async () => {
      for (const at of [
        "1969-12-31T23:59:59.999Z",
        "0101-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z",
      ]) {
        expect(await one(sql`select ${new Date(at)}::timestamptz as value`)).toEqual(new Date(at));
      }
      expect(await one(sql`select ${-(2 ** 53) + 1}::int8 as value`)).toBe(-(2 ** 53) + 1);
    });

    test("JSON travels as text, and no deeper than it is", async () => {
      for (const json of ['"a string"', "null", "[]", '[[1],{"a":"\\u0001"}]', "1e2"]) {
        expect(await one(sql`select ${json}::text::jsonb as value`)).toEqual(JSON.parse(json));
      }
    });

    test("many queries at once each get their own answer", async () => {
      const numbers = Array.from({ length: 60 }, (_, index) => index);
      const answers = numbers.map((number) => one(sql`select ${number}::int as value`));
      expect(await Promise.all(answers)).toEqual(numbers);
    });

    test("every Unicode character survives", async () => {
      const text = "naïve Straße 漢字 עברית 🙂👩‍👩‍👧 e\u0301 \u{10ffff} \u0001 \u2028";
      expect(await one(sql`select ${text}::text as value`)).toBe(text);
      expect(await one(sql`select length(${"🙂"}::text) as value`)).toBe(1);
    });

    test("a value is never read as SQL", async () => {
      const evil = "'); drop table items; --";
      expect(await one(sql`select ${evil}::text as value`)).toBe(evil);
      await database.query(sql`insert into items (id, name) values (1, ${evil})`);
      expect(await one(sql`select name as value from items where name = ${evil}`)).toBe(evil);
    });

    test("a megabyte goes both ways", async () => {
      const text = "ä".repeat(500_000);
      expect(await one(sql`select ${text}::text as value`)).toBe(text);
      const bytes = new Uint8Array(1_000_000).fill(171);
      const back = await one<Uint8Array>(sql`select ${bytes}::bytea as value`);
      expect(back.length).toBe(bytes.length);
      expect(back.every((byte) => byte === 171)).toBe(true);
    });

    test("a batch answers statement by statement", async () => {
      const results = await database.batch([
        sql`insert into owners (id) values (10), (11)`,
        sql`select id from owners where id >= 10 order by id`,
        sql`delete from owners where id >= 10 returning id`,
      ]);
      expect(results[0]).toEqual([]);
      expect(results[1]).toEqual([{ id: 10 }, { id: 11 }]);
      expect(results[2]).toHaveLength(2);
      expect(await database.batch([])).toEqual([]);
    });

    test.each([
      ["in its midst", sql`insert into items (id, name) values (20, 'again')`],
      ["at its commit", sql`insert into items (id, name, owner) values (22, 'orphan', 999)`],
    ])("a batch that fails %s leaves nothing behind", async (_, failing) => {
      const batch = database.batch([
        sql`insert into items (id, name) values (20, 'first')`,
        failing,
        sql`insert into items (id, name) values (21, 'last')`,
      ]);
      await expect(batch).rejects.toMatchObject({ code: "conflict", retryable: false });
      expect(await one(sql`select count(*) as value from items where id >= 20`)).toBe(0);
    });

    test("batches at once do not see each other's halves", async () => {
      await database.query(sql`create table counters (id int primary key, n int not null)`);
      await database.query(sql`insert into counters values (1, 0), (2, 0)`);
      const transfers = Array.from({ length: 20 }, () =>
        database.batch([
          sql`update counters set n = n + 1 where id = 1`,
          sql`update counters set n = n - 1 where id = 2`,
        ]),
      );
      const sums = Array.from({ length: 20 }, () =>
        one<number>(sql`select sum(n)::int as value from counters`),
      );
      expect(new Set(await Promise.all(sums))).toEqual(new Set([0]));
      await Promise.all(transfers);
      expect(await one(sql`select n as value from counters where id = 1`)).toBe(20);
    });

    test.each([
      ["a taken unique name", sql`insert into items values (31, 'taken')`, "conflict"],
      ["a missing foreign row", sql`insert into items values (32, 'x', 99)`, "conflict"],
      ["a broken check", sql`insert into items values (33, 'forbidden')`, "invalid"],
      ["a missing value", sql`insert into items values (34, ${null})`, "invalid"],
      ["text that is no number", sql`select ${"secret-value"}::text::int`, "invalid"],
      ["text that is no uuid", sql`select ${"secret-value"}::uuid`, "invalid"],
      ["a zero character", sql`select ${"secret-value\0"}::text`, "invalid"],
      ["a division by zero", sql`select 1 / ${0}::int`, "invalid"],
      ["broken SQL", sql`selekt 1`, "invalid"],
      ["an unknown table", sql`select * from nowhere`, "invalid"],
    ] as const)("%s is a failure that says so, and quotes no value", async (_, statement, code) => {
      await database.query(sql`insert into items values (30, 'taken') on conflict do nothing`);
      const failure = await database.query(statement).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PortFailure);
      expect(failure).toMatchObject({ code, retryable: false });
      expect((failure as PortFailure).message).not.toContain("secret-value");
      expect(await one(sql`select 1 as value`)).toBe(1);
    });

    test("after close it is unavailable", async () => {
      const other = await open();
      await other.close();
      await expect(other.query(sql`select 1`)).rejects.toMatchObject({ code: "unavailable" });
    });
  });
}
