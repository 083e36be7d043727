import { afterEach, beforeEach, expect, test } from "vitest";
import { superviseDatabase, type OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Database, Statement } from "../../../handlers/ports/database.ts";
import { createTestApp, createRecordingLogger, type TestApp } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

const key = "the operator's key of at least thirty-two bytes";
const operator = { authorization: `Bearer ${key}` };

/** The statement with which each upkeep begins. */
const isUpkeep = ({ text }: Statement) => /update index_segments[^;]*make_interval/.test(text);

let docent: TestApp;
let engine: OpenDatabase;
let statements: Statement[];
/** Called before an upkeep's first statement, which waits for it and fails with it. */
let meanwhile: () => Promise<void>;
let release: () => void;

beforeEach(async () => {
  statements = [];
  meanwhile = () => Promise.resolve();
  release = () => undefined;
  await open();
});
afterEach(async () => {
  release();
  await docent.close();
});

async function open(): Promise<void> {
  const { logger } = createRecordingLogger();
  engine = await openTestDatabase(logger);
  const database = superviseDatabase(() => Promise.resolve(watched(engine)), logger);
  docent = await createTestApp({ ADMIN_API_KEY: key }, { database });
}

async function note(statement: Statement): Promise<void> {
  statements.push(statement);
  if (isUpkeep(statement)) await meanwhile();
}

/** A database on which an upkeep can take as long as a test wants. */
function watched(database: OpenDatabase): OpenDatabase {
  const query: Database["query"] = async (statement) => {
    await note(statement);
    return database.query(statement);
  };
  return { ...database, query };
}

function hold(): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  release = resolve;
  meanwhile = () => promise;
}

const put = (path: string, content: string) =>
  docent.post("/api/documents", { path, content }, operator);
const found = async (query: string) =>
  (await (await docent.fetch(`/api/search?q=${query}`)).json()).passages as { path: string }[];
const segments = async () => {
  const text = "select count(*)::int as count from index_segments";
  return (await engine.query<{ count: number }>({ text, values: [] }))[0]?.count ?? 0;
};

test("documents are stored, replaced and removed while an upkeep runs, and are found at once", async () => {
  await put("before.md", "Larks sing before sunrise.");
  hold();
  const { document } = await (await put("larks.md", "Larks sing at noon.")).json();
  expect((await put("larks.md", "Larks sing in the morning.")).status).toBe(200);
  expect(await found("larks+morning")).toMatchObject([{ path: "larks.md" }, { path: "before.md" }]);
  const init = { method: "DELETE", headers: operator };
  expect((await docent.fetch(`/api/documents/${document.id}`, init)).status).toBe(204);
  expect(await found("larks")).toMatchObject([{ path: "before.md" }]);
});

test("upkeeps that are asked for during one become one more, which merges what has come", async () => {
  await expect.poll(() => statements.some(isUpkeep)).toBe(true);
  hold();
  await put("0.md", "Number 0.");
  await expect.poll(() => statements.filter(isUpkeep).length).toBe(2);
  for (let index = 1; index < 20; index += 1) await put(`${index}.md`, `Number ${index}.`);
  expect(await segments()).toBe(20);
  expect(statements.filter(isUpkeep)).toHaveLength(2);
  release();
  await expect.poll(segments).toBeLessThan(8);
  await expect.poll(() => statements.filter(isUpkeep).length).toBe(3);
  expect(await found("number")).toHaveLength(10);
});

test("unchanged documents cost one statement besides the request's count, and no upkeep", async () => {
  const files = [1, 2, 3].map((index) => new File([`Number ${index}.`], `${index}.md`));
  // Unlike a request, it waits for the upkeep.
  await docent.app.ingest("api", asDocuments(files), { missing: "keep", urlBase: null });
  statements.length = 0;
  const form = new FormData();
  for (const file of files) form.append("files", file);
  const init = { method: "POST", headers: operator, body: form };
  const { documents } = await (await docent.fetch("/api/documents", init)).json();
  expect(documents).toMatchObject(files.map(() => ({ result: "unchanged" })));
  expect(statements).toHaveLength(2);
});

test("a document is stored although the upkeep fails, which is logged and tried again", async () => {
  let failures = 1;
  meanwhile = () => {
    if (failures === 0) return Promise.resolve();
    failures -= 1;
    return Promise.reject(
      new PortFailure("unavailable", "the database is down", { retryable: true }),
    );
  };
  for (let index = 0; index < 10; index += 1) {
    expect((await put(`${index}.md`, `Number ${index}.`)).status).toBe(201);
  }
  expect(await found("number")).toHaveLength(10);
  await expect.poll(segments).toBeLessThan(8);
  expect(docent.log.filter(({ level }) => level === "warn")).toMatchObject([
    { message: "index not tidied yet", fields: { code: "unavailable", retry_in_ms: 1000 } },
  ]);
});

test("an app that is stopped ends its upkeep before the next statement", async () => {
  hold();
  await put("0.md", "Number 0.");
  await expect.poll(() => statements.some(isUpkeep)).toBe(true);
  const { log, app } = docent;
  const stopped = app.stop();
  statements.length = 0;
  release();
  await stopped;
  expect(statements).toEqual([]);
  expect(log.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
  await open();
});

async function* asDocuments(files: readonly File[]) {
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    yield { path: file.name, bytes, mediaType: "text/markdown" };
  }
}
