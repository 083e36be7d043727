import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { chooseMerge } from "../../../handlers/documents/index/merge.ts";
import { interruptedAfter, openDocuments, sections } from "../../support/apps/documents.ts";
import { countRows, createRecordingLogger } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";
import type {
  DocumentListRequest,
  DocumentPage,
  Library,
} from "../../../handlers/documents/ingest/library.ts";

let database: OpenDatabase;
beforeAll(async () => {
  database = await openTestDatabase(createRecordingLogger().logger);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query({
    text: "truncate documents, passages, retired_passages, index_segments, index_blocks",
    values: [],
  });
});

const entry = (index: number) =>
  sections(`${index}.md`, { Entry: `Number${index} is one of many, on shelf${index % 3}.` });

/** Adds one document after another, as POST /api/documents does. */
async function addOneByOne(count: number) {
  const documents = openDocuments(database);
  for (let index = 0; index < count; index++) {
    await documents.ingest("uploads", [entry(index)], "keep");
  }
  return documents;
}

/** Leaves an eighth segment, so that a merge is due, without the upkeep that would do it. */
async function interruptedIngest() {
  for (let calls = 0; (await countRows(database))["documents"] !== 8; calls++) {
    const interrupted = openDocuments(interruptedAfter(calls, database), {
      staleAfterSeconds: 0,
    });
    await interrupted.ingest("uploads", [entry(7)], "keep").catch(() => undefined);
  }
}

const boats = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) =>
    sections(`${name}${index}.md`, { Boats: `The ${name} has a kayak.` }),
  );

const segment = (id: number, passages: number) => ({
  id,
  passages,
  terms: passages,
  firstNumber: id,
  lastNumber: id,
});

describe("upkeep", () => {
  test("keeps the segments few, and everything is still found", async () => {
    const { search } = await addOneByOne(40);
    const { index_segments: segments } = await countRows(database);
    expect(segments).toBeLessThan(16);
    for (const index of [0, 7, 8, 39]) {
      const { passages } = await search(`number${index}`, { limit: 3 });
      expect(passages[0]?.path).toBe(`${index}.md`);
    }
    const { explanation } = await search("shelf1", { limit: 1, explain: true });
    expect(explanation?.terms[0]).toMatchObject({ text: "shelf1", passages: 13 });
  });

  test("forgets in a merge what nobody sees any more", async () => {
    const documents = await addOneByOne(6);
    await documents.ingest("uploads", [], "remove");
    await addOneByOne(8);
    const { explanation } = await documents.search("shelf1", { limit: 1, explain: true });
    expect(explanation?.terms[0]?.passages).toBe(3);
    expect(await countRows(database)).toMatchObject({ documents: 8, passages: 8 });
  });

  test("until then, it keeps nothing from being found that is there now", async () => {
    const documents = openDocuments(database);
    const find = (limit: number) => documents.search("kayak", { limit, explain: true });
    await documents.ingest("uploads", boats(400, "old"));
    const before = await find(10);
    expect(before.passages).toHaveLength(10);
    expect(before.explanation?.round_trips).toBe(2);
    await documents.ingest("uploads", boats(30, "new"));
    expect(await countRows(database)).toMatchObject({ documents: 30, index_segments: 2 });
    for (const limit of [10, 30, 50]) {
      const { passages } = await find(limit);
      expect(passages).toHaveLength(Math.min(limit, 30));
      expect(passages.filter(({ path }) => !path.startsWith("new"))).toEqual([]);
    }
    await documents.ingest("uploads", boats(1, "new"));
    expect((await find(10)).passages).toMatchObject([{ path: "new0.md" }]);
  });

  test("two at once lose and double nothing", async () => {
    const { search } = await addOneByOne(7);
    await Promise.all([
      openDocuments(database).ingest("uploads", [entry(7)], "keep"),
      openDocuments(database).ingest("uploads", [entry(8)], "keep"),
    ]);
    await openDocuments(database).upkeep();
    const { explanation } = await search("entry", { limit: 1, explain: true });
    expect(explanation?.terms[0]).toMatchObject({ text: "entry", passages: 9 });
  });

  test("interrupted anywhere, a merge leaves everything to be found and is done again", async () => {
    const { search } = await addOneByOne(7);
    await interruptedIngest();
    for (let calls = 0, done = false; !done; calls++) {
      const interrupted = openDocuments(interruptedAfter(calls, database), {
        staleAfterSeconds: 0,
      });
      done = await interrupted.upkeep().then(
        () => true,
        () => false,
      );
      const { explanation } = await search("entry", { limit: 1, explain: true });
      expect(explanation?.terms[0]?.passages).toBe(8);
    }
    const rows = await countRows(database);
    expect(rows).toMatchObject({ index_segments: 1, passages: 8, retired_passages: 0 });
  });

  test("merges a full tier of like size, and nothing else", () => {
    const small = Array.from({ length: 8 }, (_, id) => segment(id, 1 + id));
    const large = Array.from({ length: 7 }, (_, id) => segment(100 + id, 40_000));
    expect(chooseMerge([...small, ...large])).toEqual(small);
    expect(chooseMerge([...small.slice(1), ...large])).toBeUndefined();
  });
});

async function listed(library: Library, request: DocumentListRequest): Promise<DocumentPage> {
  const page = await library.list(request);
  if (page === "invalid-cursor") throw new Error(page);
  return page;
}

describe("the library", () => {
  test("lists documents by page, those changed last first, of one source or of all", async () => {
    const { ingest, library } = openDocuments(database);
    for (const index of [1, 2, 3]) await ingest("book", [entry(index)], "keep");
    await ingest("notes", [entry(9)], "keep");
    const first = await listed(library, { limit: 3 });
    expect(first.documents.map(({ path }) => path)).toEqual(["9.md", "3.md", "2.md"]);
    const second = await listed(library, { limit: 3, cursor: first.next_cursor ?? "" });
    expect(second).toMatchObject({ documents: [{ path: "1.md" }], next_cursor: null });
    const { documents } = await listed(library, { source: "notes", limit: 3 });
    expect(documents).toMatchObject([
      { path: "9.md", source: "notes", media_type: "text/markdown" },
    ]);
  });

  test("documents of one moment are listed once each", async () => {
    const { ingest, library } = openDocuments(database);
    await ingest("book", [1, 2, 3, 4, 5].map(entry));
    const paths: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: DocumentPage = await listed(library, { limit: 2, cursor });
      paths.push(...page.documents.map(({ path }) => path));
      cursor = page.next_cursor;
    }
    expect(paths.toSorted()).toEqual(["1.md", "2.md", "3.md", "4.md", "5.md"]);
  });

  test("reads a document with its passages in order, and removes it", async () => {
    const { ingest, library, search } = openDocuments(database);
    await ingest("book", [sections("two.md", { First: "Alpha.", Second: "Omega." })]);
    const [{ id } = { id: "" }] = (await listed(library, { limit: 1 })).documents;
    const document = await library.read(id, { limit: 10 });
    if (document === "invalid-cursor") throw new Error("there was no cursor");
    expect(document?.passages.map(({ heading_path }) => heading_path)).toEqual([
      ["First"],
      ["Second"],
    ]);
    expect(await library.remove(id)).toBe(true);
    expect(await library.remove(id)).toBe(false);
    expect(await library.read(id, { limit: 10 })).toBeUndefined();
    expect((await search("omega", { limit: 1 })).passages).toEqual([]);
  });
});
