import { createHash } from "node:crypto";
import {
  chmod,
  chown,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createPgliteDatabase } from "../../../adapters/databases/pglite/database.ts";
import { ensureDirectory } from "../../../adapters/databases/pglite/prepare.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import { built } from "../../support/servers/built.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";
import { asUnprivileged } from "../../support/servers/unprivileged.ts";

const preparedDirectory = built("database");

async function copyPrepared() {
  const directory = await temporaryDirectory();
  const path = join(directory, "database");
  await ensureDirectory(path, preparedDirectory);
  return { directory, path };
}

async function openCopy(damage: (database: string) => Promise<void>) {
  const { directory, path } = await copyPrepared();
  await damage(path);
  const logger = createMemoryLogger();
  const database = createPgliteDatabase({ directory, preparedDirectory, logger });
  return { database, path, logger, directory };
}

/** The hash of every file except the one in which an opening process notes itself. */
async function fingerprint(path: string): Promise<string> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name !== "postmaster.pid")
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(file));
  return hash.digest("hex");
}

async function eachSegment(path: string, change: (file: string) => Promise<void>): Promise<void> {
  for (const name of await readdir(join(path, "pg_wal")))
    if (/^[0-9A-F]{24}$/.test(name)) await change(join(path, "pg_wal", name));
}

const damaged = (says: string) => ({
  code: "unavailable",
  retryable: false,
  message: expect.stringContaining(says),
});

describe("a damaged directory is named with what to do, and left as it is", () => {
  test.each([
    {
      name: "with a log of zeros",
      damage: (path: string) =>
        eachSegment(path, (file) => writeFile(file, new Uint8Array(1024 * 1024))),
      says: "cannot recover from its write-ahead log",
    },
    {
      name: "of another version",
      damage: (path: string) => writeFile(join(path, "PG_VERSION"), "16\n"),
      says: "is of PostgreSQL 16, and this Docent brings PostgreSQL",
    },
  ])("$name", async ({ damage, says }) => {
    const { database, path } = await openCopy(damage);
    const before = await fingerprint(path);
    await expect(database.open()).rejects.toMatchObject(damaged(says));
    expect(await fingerprint(path)).toBe(before);
    await database.close();
  });

  // Without the database's thread, which passes on what it finds as it does for another version.
  test.each([
    { name: "without its log", damage: (path: string) => eachSegment(path, rm), says: "pg_wal" },
    {
      name: "without PG_VERSION",
      damage: (path: string) => rm(join(path, "PG_VERSION")),
      says: "PG_VERSION is missing",
    },
    {
      name: "with a control file cut off",
      damage: (path: string) => truncate(join(path, "global/pg_control"), 100),
      says: "global/pg_control is missing or cut off",
    },
  ])("$name", async ({ damage, says }) => {
    const { path } = await copyPrepared();
    await damage(path);
    const before = await fingerprint(path);
    await expect(ensureDirectory(path, preparedDirectory)).rejects.toMatchObject(damaged(says));
    expect(await fingerprint(path)).toBe(before);
  });

  const isRoot = process.getuid?.() === 0;
  test.skipIf(!isRoot)(`of another user${isRoot ? "" : " (skipped: not root)"}`, async () => {
    const { database, path, directory } = await openCopy((copy) => chmod(copy, 0o700));
    await chown(directory, 65_534, 65_534);
    await asUnprivileged(async () => {
      await expect(database.open()).rejects.toMatchObject({
        retryable: false,
        message: expect.stringMatching(/not this user's to read and write.*uid \d+/),
      });
    });
    expect((await stat(path)).uid).toBe(0);
    await database.close();
  });
});

test("a damaged page is named once in the log, and other tables go on", async () => {
  let file = "";
  const { database, logger, path } = await openCopy(() => Promise.resolve());
  await database.open();
  await database.query(
    sql`create table hurt as select repeat('x', 100) as text from generate_series(1, 500)`,
  );
  await database.query(sql`create table whole as select 1 as one`);
  const [row] = await database.query<{ file: string }>(
    sql`select pg_relation_filepath('hurt') as file`,
  );
  file = row?.file ?? "";
  await database.close();
  const handle = await open(join(path, file), "r+");
  await handle.write(new Uint8Array(200).fill(0x5a), 0, 200, 100);
  await handle.close();

  await database.open();
  for (const _ of [1, 2]) {
    await expect(database.query(sql`select count(*) from hurt`)).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining("page of the database is damaged"),
    });
  }
  expect(await database.query(sql`select one from whole`)).toEqual([{ one: 1 }]);
  const complaints = logger.lines.filter(({ level }) => level === "error");
  expect(complaints).toHaveLength(1);
  expect(complaints[0]?.fields?.["to_do"]).toContain("keep a copy of DATA_DIR");
  await database.close();
});
