import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { copyLibrary } from "../../../handlers/documents/search/copy/copy-library.ts";
import { libraryVersion } from "../../../handlers/documents/search/copy/store-version.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { openDocuments, sections } from "../../support/apps/documents.ts";
import { createRecordingLogger } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

let database: OpenDatabase;
beforeEach(async () => {
  database = await openTestDatabase(createRecordingLogger().logger);
});
afterEach(() => database.close());

const copy = (from: Database = database) =>
  copyLibrary(from, { signal: new AbortController().signal, moved: () => undefined });

const version = async () => {
  const [row] = await database.query<{ version: string }>(sql`select ${libraryVersion} as version`);
  return row?.version;
};

const subjects = ["boats", "plants", "数据库", "Datensicherung", "قوارب"];

const page = (index: number, word = "many") => {
  const subject = subjects[index % subjects.length] ?? "";
  const about = `${word} things about ${subject}, on shelf ${index % 3}. `;
  return sections(`${index}.md`, {
    [`About ${subject}`]: about.repeat(1 + (index % 4)),
    Shelves: `Shelf ${index % 3} is number ${index}.`,
  });
};

const questions = [...subjects, "Which things are on shelf 2?", "number 7", "nothing of it: xyzzy"];

/** Expects that a search in the copy finds exactly what one in the database finds, for the same reasons. */
async function expectSame(): Promise<void> {
  const { search } = openDocuments(database);
  const library = await copy();
  expect(library?.version).toBe(await version());
  for (const question of questions) {
    for (const limit of [3, 30]) {
      const stored = await search(question, { limit, explain: true });
      expect(await search(question, { limit, explain: true, library })).toEqual(stored);
    }
  }
}

describe("a search in a copy finds what the database finds", () => {
  test("in an empty library", expectSame);

  test("in one of several segments, with changed and deleted documents, and when they are merged", async () => {
    const documents = openDocuments(database);
    const versions = new Set<string | undefined>([await version()]);
    const step = async (change: () => Promise<unknown>) => {
      await change();
      await expectSame();
      versions.add(await version());
    };
    const first = Array.from({ length: 12 }, (_, index) => page(index));
    await step(() => documents.ingest("shelf", first, "keep"));
    await step(() => documents.ingest("shelf", [page(12)], "keep"));
    await step(() => documents.ingest("shelf", [page(3, "few")], "keep"));
    const [removed] = await database.query<{ id: string }>(sql`select id from documents limit 1`);
    await step(() => documents.library.remove(removed?.id ?? ""));
    expect(versions.size).toBe(5);
    for (let index = 20; index < 30; index += 1) {
      await documents.ingest("shelf", [page(index)], "keep");
    }
    await documents.upkeep();
    await expectSame();
  });

  test("with lists that are longer than what is read of them", async () => {
    const everywhere = Array.from({ length: 60 }, (_, index) => page(index));
    await openDocuments(database).ingest("shelf", everywhere);
    const features = await database.query<{ feature: number }>(
      sql`select distinct unnest(features) as feature from index_blocks order by feature`,
    );
    const { createLibraryReader } = await import("../../../handlers/documents/search/store.ts");
    const all = features.map(({ feature }) => feature);
    const library = await copy();
    for (const budget of [0, 100, 2000, 1_000_000]) {
      const stored = await createLibraryReader(database).readPostings(all, budget);
      expect(await library?.readPostings(all, budget)).toEqual(stored);
    }
    const numbers = Array.from({ length: 130 }, (_, index) => 130 - index);
    for (const budget of [0, 1000, 1_000_000]) {
      const stored = await createLibraryReader(database).readCandidates(numbers, budget);
      const copied = await library?.readCandidates(numbers, budget);
      expect(copied).toEqual(stored);
    }
  });
});

test("a library that changes while it is copied is not kept", async () => {
  const documents = openDocuments(database);
  await documents.ingest("shelf", [page(1)], "keep");
  let isChanged = false;
  const changing: Database = {
    ...database,
    async query(statement) {
      const rows = await database.query<never>(statement);
      if (!isChanged && statement.text.includes("index_blocks")) {
        isChanged = true;
        await documents.ingest("shelf", [page(2)], "keep");
      }
      return rows;
    },
  };
  expect(await copy(changing)).toBeUndefined();
  expect(isChanged).toBe(true);
  expect(await copy()).toBeDefined();
});

test("a large library is told by its segments alone, and not copied", async () => {
  await openDocuments(database).ingest("shelf", [page(1)]);
  await database.query(sql`update index_segments set passages = 5001`);
  let statements = 0;
  const counted: Database = {
    ...database,
    query: (statement) => {
      statements += 1;
      return database.query(statement);
    },
  };
  expect(await copy(counted)).toBeUndefined();
  expect(statements).toBe(1);
});
