import { constants, cpSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { openEngine } from "../../adapters/databases/pglite/engine.ts";
import type { createNodeApp } from "../../adapters/runtimes/node/app.ts";
import { built } from "../support/servers/built.ts";
import { temporaryDirectory } from "../support/servers/temporary-directory.ts";

interface BuiltApp {
  readonly createNodeApp: typeof createNodeApp;
}

/** What a first start writes; each of these columns holds a time. */
const tables = {
  schema_migrations: "applied_at",
  documents: "created_at,updated_at",
  passages: "",
  retired_passages: "",
  index_segments: "touched_at",
  index_blocks: "",
};

async function startOnce(directory: string): Promise<void> {
  const module = (await import(pathToFileURL(built("node-app.js")).href)) as BuiltApp;
  const app = module.createNodeApp({
    DATA_DIR: directory,
    LOCAL_EMBEDDER: "off",
    LOG_LEVEL: "ERROR",
  });
  await app.start();
  await app.stop();
}

async function readRows(directory: string): Promise<Record<string, string[]>> {
  const engine = await openEngine({ directory: join(directory, "database") });
  const rows: Record<string, string[]> = {};
  for (const [table, times] of Object.entries(tables)) {
    const text = `select (to_jsonb(each) - string_to_array($1, ','))::text as row from ${table} each order by 1`;
    const found = await engine.query<{ row: string }>({ text, values: [times] });
    rows[table] = found.map(({ row }) => row);
  }
  await engine.close();
  return rows;
}

test("the database of a first start has the rows of a start on an empty one, and keeps them", async () => {
  const [fresh, first] = [await temporaryDirectory(), await temporaryDirectory()];
  await startOnce(fresh);
  cpSync(built("first-database"), join(first, "database"), { recursive: true });
  const rows = await readRows(first);
  expect(rows["passages"]?.length).toBeGreaterThan(50);
  expect(rows).toEqual(await readRows(fresh));
  await startOnce(first);
  expect(await readRows(first)).toEqual(rows);
});

const prepared = ["database", "first-database"];

test.each(prepared)("%s can be read by everyone, and written by its owner alone", async (name) => {
  const entries = await readdir(built(name), { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  const modes = await Promise.all(
    [built(name), ...paths].map(async (path) => (await stat(path)).mode),
  );
  const [files, folders] = [constants.S_IFREG | 0o644, constants.S_IFDIR | 0o755];
  expect(new Set(modes)).toEqual(new Set([files, folders]));
});

test.each(prepared)(
  "%s comes with one segment of its log, and PostgreSQL makes further ones",
  async (name) => {
    const directory = join(await temporaryDirectory(), "database");
    cpSync(built(name), directory, { recursive: true });
    const segments = async () =>
      (await readdir(join(directory, "pg_wal"))).filter((file) => /^[0-9A-F]{24}$/.test(file));
    expect(await segments()).toHaveLength(1);
    const engine = await openEngine({ directory });
    await engine.query({ text: "create table large (line text)", values: [] });
    const text =
      "insert into large select repeat(n::text, 100) from generate_series(100000, 104000) as n";
    await engine.query({ text, values: [] });
    await engine.close();
    expect((await segments()).length).toBeGreaterThan(1);
    const again = await openEngine({ directory });
    const rows = await again.query({ text: "select count(*) as n from large", values: [] });
    expect(rows).toEqual([{ n: 4001 }]);
    await again.close();
  },
);
