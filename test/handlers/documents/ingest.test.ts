import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { interruptedAfter, openDocuments, sections } from "../../support/apps/documents.ts";
import { countRows, createRecordingLogger } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

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

const cats = sections("cats.md", {
  Cats: "Cats sleep on the warm windowsill.",
  Food: "They eat fish.",
});
const dogs = sections("dogs.md", { Dogs: "Dogs bark at the postman." });

async function found(query: string) {
  const { passages } = await openDocuments(database).search(query, { limit: 5 });
  return passages.map((passage) => passage.text.replace(/^#.*\n+/, "").trim());
}

describe("ingest", () => {
  test("puts documents in, to be found with where they stand", async () => {
    const report = await openDocuments(database).ingest("book", [cats, dogs]);
    expect(report).toMatchObject({ added: 2, changed: 0, unchanged: 0, removed: 0, passages: 3 });

    const { passages } = await openDocuments(database).search("windowsill", { limit: 5 });
    expect(passages).toHaveLength(1);
    const [passage] = passages;
    expect(passage).toMatchObject({ path: "cats.md", heading_path: ["Cats"] });
    expect(cats.content.slice(passage?.start, passage?.end)).toBe(passage?.text);
  });

  test("names a path that is too long for the index, and takes the others", async () => {
    const letters = Array.from({ length: 900 }, (_, at) => String.fromCharCode(0x4e00 + at));
    const long = sections(`${letters.join("")}.md`, { Moles: "Moles dig." });
    const report = await openDocuments(database).ingest("book", [long, dogs]);
    expect(report).toMatchObject({ added: 1, failed: [{ path: long.path }] });
    expect(await found("postman")).toEqual(["Dogs bark at the postman."]);
  });

  test("does nothing for what has not changed", async () => {
    await openDocuments(database).ingest("book", [cats, dogs]);
    const before = await countRows(database);
    const report = await openDocuments(database).ingest("book", [cats, dogs]);
    expect(report).toMatchObject({ added: 0, changed: 0, unchanged: 2, removed: 0, passages: 0 });
    expect(await countRows(database)).toEqual(before);
  });

  test("replaces what has changed, under the same ids", async () => {
    const documents = openDocuments(database);
    await documents.ingest("book", [cats, dogs]);
    const before = await documents.search("windowsill", { limit: 1 });
    const changed = sections("cats.md", {
      Cats: "Cats climb the windowsill no more.",
      Food: "Mice.",
    });
    expect(await documents.ingest("book", [changed, dogs])).toMatchObject({
      changed: 1,
      unchanged: 1,
    });

    expect(await found("windowsill")).toEqual(["Cats climb the windowsill no more."]);
    expect(await found("fish")).toEqual([]);
    const after = await documents.search("windowsill", { limit: 1 });
    expect(after.passages[0]?.id).toBe(before.passages[0]?.id);
    expect(await countRows(database)).toMatchObject({
      documents: 2,
      passages: 3,
      retired_passages: 0,
    });
  });

  test("takes a new title, address or kind for a change", async () => {
    const documents = openDocuments(database);
    await documents.ingest("book", [cats]);
    const url = "https://example.org/cats";
    expect(await documents.ingest("book", [{ ...cats, title: "Felines" }])).toMatchObject({
      changed: 1,
    });
    expect(await documents.ingest("book", [{ ...cats, url }])).toMatchObject({ changed: 1 });
    expect(await documents.ingest("book", [{ ...cats, mediaType: "text/plain" }])).toMatchObject({
      changed: 1,
    });
  });

  test("removes what is gone from its source, and leaves other sources alone", async () => {
    const documents = openDocuments(database);
    await documents.ingest("book", [cats, dogs]);
    await documents.ingest("notes", [sections("cats.md", { Cats: "A windowsill of notes." })]);
    expect(await documents.ingest("book", [dogs])).toMatchObject({ removed: 1 });
    expect(await found("windowsill")).toEqual(["A windowsill of notes."]);
    expect(await countRows(database)).toMatchObject({ documents: 2, passages: 2 });
  });

  test("keeps what is missing where asked to", async () => {
    const documents = openDocuments(database);
    await documents.ingest("book", [cats]);
    expect(await documents.ingest("book", [dogs], "keep")).toMatchObject({ added: 1, removed: 0 });
    expect(await found("windowsill")).toHaveLength(1);
  });

  test("names what cannot be read, keeps what it had, and goes on", async () => {
    const documents = openDocuments(database);
    const nested = { ...cats, path: "pets/cats.md" };
    await documents.ingest("book", [nested, { ...nested, path: "wild/lynx.md" }]);
    const unreadable = { path: "pets", failure: "no permission" };
    const report = await documents.ingest("book", [unreadable, dogs]);
    expect(report).toMatchObject({ added: 1, removed: 1, failed: [unreadable] });
    const { passages } = await documents.search("windowsill", { limit: 5 });
    expect(passages.map((passage) => passage.path)).toEqual(["pets/cats.md"]);
  });

  test("the last of two documents of one path counts", async () => {
    const again = sections("cats.md", { Cats: "Second thoughts on the windowsill." });
    await openDocuments(database).ingest("book", [cats, again]);
    expect(await found("windowsill")).toEqual(["Second thoughts on the windowsill."]);
  });

  test("somebody's own documents retire the bundled ones", async () => {
    const documents = openDocuments(database);
    await documents.ingest("bundled", [cats]);
    expect(await found("windowsill")).toHaveLength(1);
    await documents.ingest("book", []);
    expect(await found("windowsill")).toHaveLength(1);
    expect(await documents.ingest("book", [dogs])).toMatchObject({ added: 1, removed: 1 });
    expect(await found("windowsill")).toEqual([]);
  });

  test("an empty document is one without passages", async () => {
    const documents = openDocuments(database);
    expect(await documents.ingest("book", [{ ...cats, content: "" }])).toMatchObject({
      added: 1,
      passages: 0,
    });
    expect(await documents.ingest("book", [{ ...cats, content: "" }])).toMatchObject({
      unchanged: 1,
    });
  });

  test("stores any text: quotes, NUL, half a surrogate pair, right-to-left, long words", async () => {
    const odd = `'; drop table documents; -- $1 \\ {a,"b"} NULL \u0000 \uD83D كتاب 書 ${"x".repeat(5000)}`;
    const document = { path: `o'dd "$1".txt`, content: odd, mediaType: "text/plain" as const };
    await openDocuments(database).ingest(`so'urce`, [document]);
    const { passages } = await openDocuments(database).search("كتاب", { limit: 5 });
    expect(passages[0]).toMatchObject({ path: `o'dd "$1".txt`, start: 0 });
    expect(passages[0]?.text).toContain(
      `'; drop table documents; -- $1 \\ {a,"b"} NULL \uFFFD \uFFFD كتاب`,
    );
  });

  test("more documents than fit one revision are all found", async () => {
    const many = Array.from({ length: 2060 }, (_, index) =>
      sections(`${index}.md`, { Entry: `Number${index} belongs to shelf${index % 7}.` }),
    );
    const documents = openDocuments(database);
    expect(await documents.ingest("book", many)).toMatchObject({ added: 2060, passages: 2060 });
    for (const index of [0, 2047, 2048, 2059]) {
      const { passages } = await documents.search(`number${index}`, { limit: 1 });
      expect(passages[0]?.path).toBe(`${index}.md`);
    }
    expect(await documents.ingest("book", many)).toMatchObject({ unchanged: 2060 });
  });
});

describe("an interrupted ingest", () => {
  const next = [
    sections("cats.md", { Cats: "Cats have left the windowsill." }),
    sections("birds.md", { Birds: "Birds sit on the windowsill now." }),
  ];

  test("wherever it was interrupted, shows old or new of each document, and ends at one copy", async () => {
    await openDocuments(database).ingest("book", [cats, dogs]);
    let calls = 0;
    for (let done = false; !done; calls++) {
      const interrupted = openDocuments(interruptedAfter(calls, database), {
        staleAfterSeconds: 0,
      });
      done = await interrupted.ingest("book", next).then(
        () => true,
        (error: Error) => {
          expect(error.message).toBe("interrupted");
          return false;
        },
      );
      const seen = await found("cats windowsill");
      const old = seen.filter((text) => text === "Cats sleep on the warm windowsill.").length;
      const fresh = seen.filter((text) => text === "Cats have left the windowsill.").length;
      expect(old + fresh).toBe(1);
    }
    expect(calls).toBeGreaterThan(8);
    const documents = openDocuments(database, { staleAfterSeconds: 0 });
    expect(await documents.ingest("book", next)).toMatchObject({ unchanged: 2, removed: 0 });
    expect(await countRows(database)).toMatchObject({
      documents: 2,
      passages: 2,
      retired_passages: 0,
    });
    const [{ states } = { states: "" }] = await database.query<{ states: string }>({
      text: "select string_agg(distinct state, ',') as states from index_segments",
      values: [],
    });
    expect(states).toBe("live");
  });

  test("two at once end at one copy", async () => {
    const [one, other] = await Promise.all([
      openDocuments(database).ingest("book", [cats, dogs]),
      openDocuments(database).ingest("book", [cats, dogs]),
    ]);
    expect(one.added + other.added).toBeGreaterThanOrEqual(2);
    await openDocuments(database).upkeep();
    expect(await found("windowsill")).toHaveLength(1);
    expect(await countRows(database)).toMatchObject({
      documents: 2,
      passages: 3,
      retired_passages: 0,
    });
  });
});

const page = (description: string) => ({
  path: "oars.md",
  content: `---\ndescription: ${description}\n---\n# Oars\n\nAsh is light.\n\n## Care\n\nOil them.`,
  mediaType: "text/markdown",
});

describe("what a page says of itself", () => {
  test("finds its first passage, and a change of it is one of the document", async () => {
    const documents = openDocuments(database);
    await documents.ingest("book", [page("Choosing paddles.")]);
    expect((await documents.search("paddles", { limit: 5 })).passages).toMatchObject([
      { text: "Ash is light." },
    ]);
    expect(await documents.ingest("book", [page("Choosing sculls.")])).toMatchObject({
      changed: 1,
    });
    expect((await documents.search("paddles", { limit: 5 })).passages).toEqual([]);
  });
});
