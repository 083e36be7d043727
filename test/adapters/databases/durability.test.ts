import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createPgliteDatabase } from "../../../adapters/databases/pglite/database.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import { startChild } from "../../support/servers/child.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import { built } from "../../support/servers/built.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";

const program = new URL("../../support/servers/database-child.ts", import.meta.url);

test("kill -9 at any moment loses nothing acknowledged and leaves no half batch", async () => {
  const directory = await temporaryDirectory();
  const prepared = built("database");
  const acknowledged: string[] = [];
  const rounds = 5;
  for (let round = 0; round < rounds; round += 1) {
    const child = startChild(program, [directory, prepared, "write"]);
    await child.line(`saved ${round + 1} 2`);
    await sleep(Math.random() * 300);
    await child.kill("SIGKILL");
    acknowledged.push(...child.lines.filter((line) => line.startsWith("saved")));
  }

  const database = createPgliteDatabase({ directory, logger: createMemoryLogger() });
  await database.open();
  const rows = await database.query<{ saved: string; count: number }>(
    sql`select 'saved ' || run || ' ' || n as saved, count(*) as count from rows group by run, n`,
  );
  const checked = await database.query<{ n: number }>(
    sql`select count(distinct run) as n from rows where id > 0`,
  );
  await database.close();
  expect(checked[0]?.n).toBe(rounds);
  expect(rows.filter((row) => row.count !== 2)).toEqual([]);
  const found = new Set(rows.map((row) => row.saved));
  expect(acknowledged.length).toBeGreaterThan(10);
  expect(acknowledged.filter((line) => !found.has(line))).toEqual([]);
}, 120_000);

test("kill -9 during a first start leaves a directory that opens", async () => {
  const prepared = built("database");
  const directory = await temporaryDirectory();
  for (const delay of [60, 120, 180, 240]) {
    const child = startChild(program, [directory, prepared, "hold"]);
    await sleep(delay);
    await child.kill("SIGKILL");
  }
  const database = createPgliteDatabase({
    directory,
    preparedDirectory: prepared,
    logger: createMemoryLogger(),
  });
  await database.open();
  expect(await database.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  await database.close();
});
