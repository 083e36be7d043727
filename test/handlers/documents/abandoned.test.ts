import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { openDocuments, sections } from "../../support/apps/documents.ts";
import { countRows, createRecordingLogger } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

let database: OpenDatabase;
beforeAll(async () => {
  database = await openTestDatabase(createRecordingLogger().logger);
});
afterAll(() => database.close());

const cats = sections("cats.md", { Cats: "Cats sleep on the warm windowsill." });

async function found(query: string) {
  const { passages } = await openDocuments(database).search(query, { limit: 5 });
  return passages.map(({ text }) => text);
}

test("a document that takes too much work is given up, and not read again unchanged", async () => {
  const heavy = sections("heavy.md", { Heavy: "Some words.\n\n".repeat(2_000) });
  const given = [cats, heavy];
  await openDocuments(database).ingest("book", [cats]);
  const first = await openDocuments(database, { workLimit: 0 }).ingest("book", given);
  expect(first.failed).toEqual([
    {
      path: "heavy.md",
      code: "too_much_work",
      failure: "too slow to read: given up after 0 s of work",
    },
  ]);
  expect(first).toMatchObject({ added: 0, unchanged: 1, removed: 0 });

  // With the usual limit it could be read, but it is the same document.
  const second = await openDocuments(database).ingest("book", given);
  expect(second.failed[0]?.failure).toContain("it has not changed since, so it is not read again");
  expect(await found("windowsill")).toEqual(["Cats sleep on the warm windowsill."]);

  const shorter = sections("heavy.md", { Heavy: "Some words." });
  expect(await openDocuments(database).ingest("book", [cats, shorter])).toMatchObject({
    added: 1,
    failed: [],
  });
  expect(await countRows(database)).toMatchObject({ abandoned_documents: 0 });
});
