import { afterEach, expect, test } from "vitest";
import { createApp } from "../../../handlers/app.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { FoundDocument } from "../../../handlers/ports/document-source.ts";
import { parseSettings } from "../../../handlers/settings/index.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";
import { createTestApp } from "../../support/apps/test-app.ts";

const key = "the operator's key of at least thirty-two bytes";
const authorization = `Bearer ${key}`;
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A server whose folder is `read`, as a document source yields it. */
async function startWith(read: (() => AsyncIterable<FoundDocument>) | undefined) {
  const base = await createTestApp();
  const configured = read && { name: "book", source: { read } };
  const ports = { ...base.ports, documents: { bundled: undefined, configured } };
  const app = createApp(ports, parseSettings({ ADMIN_API_KEY: key, DOCUMENT_LIMIT_MB: "3" }));
  ends.push(() => base.close());
  await app.start();
  const call = async (method: string, path: string) => {
    const init = { method, headers: { authorization } };
    const response = await app.fetch(new Request(`http://localhost:7860${path}`, init));
    return { status: response.status, body: await response.json() };
  };
  const overview = async () => (await call("GET", "/api/documents/ingest")).body;
  return {
    overview,
    reread: () => call("POST", "/api/documents/ingest"),
    list: async (query: string) => (await call("GET", `/api/documents${query}`)).body,
  };
}

const page = (path: string, content: string) =>
  toSourceDocument({ path, content, mediaType: "text/markdown" });

test("says how the last ingest went, and what it could not read", async () => {
  const { overview } = await startWith(async function* () {
    yield page("bees.md", "# Bees\n\nBees sleep at night.");
    yield { path: "locked.md", failure: "permission denied" };
    yield { ...page("broken.md", ""), bytes: new Uint8Array([0x61, 0xff]) };
    yield { path: ".git", skipped: "hidden" };
  });
  const found = await overview();
  expect(found).toMatchObject({
    folder: { source: "book" },
    state: "ready",
    last: {
      outcome: "completed",
      error: null,
      counts: { added: 1, changed: 0, unchanged: 0, removed: 0, failed: 2, skipped: 1 },
      failures: [
        { path: "locked.md", code: "unreadable_file", message: "permission denied" },
        { path: "broken.md", code: "unreadable_document", message: "not valid UTF-8 at byte 1" },
      ],
    },
    sources: [{ source: "book", documents: 1 }],
    accepts: { extensions: expect.arrayContaining(["md", "html"]), size_limit: 3 * 1024 * 1024 },
  });
  expect(Date.parse(found.last.finished_at)).toBeGreaterThanOrEqual(
    Date.parse(found.last.started_at),
  );
});

test("reads the folder again in the background, and once more for all who ask meanwhile", async () => {
  let reads = 0;
  const gates = [undefined, Promise.withResolvers<void>(), undefined];
  const { overview, reread, list } = await startWith(async function* () {
    const gate = gates[reads];
    reads += 1;
    yield page("count.md", `Read ${reads} times.`);
    await gate?.promise;
  });
  expect(await reread()).toEqual({ status: 202, body: { state: "started" } });
  await expect.poll(overview).toMatchObject({ state: "reading", done: 1 });
  for (let asked = 0; asked < 3; asked += 1) {
    expect(await reread()).toEqual({ status: 202, body: { state: "queued" } });
  }
  gates[1]?.resolve();
  await expect.poll(() => reads).toBe(3);
  await expect.poll(overview).toMatchObject({ state: "ready", last: { counts: { changed: 1 } } });
  expect(reads).toBe(3);
  expect((await list("?q=COUNT")).documents).toHaveLength(1);
});

test("a run that fails is told with its reason, and the next one may succeed", async () => {
  let isThere = false;
  const { overview, reread } = await startWith(async function* () {
    if (!isThere)
      throw new PortFailure("not_found", "DOCUMENTS_DIR does not exist", { retryable: false });
    yield page("bees.md", "Bees sleep at night.");
  });
  expect(await overview()).toMatchObject({
    state: "failed",
    last: {
      outcome: "failed",
      error: { code: "not_found", message: "DOCUMENTS_DIR does not exist" },
    },
  });
  isThere = true;
  expect((await reread()).status).toBe(202);
  await expect.poll(overview).toMatchObject({ state: "ready", last: { outcome: "completed" } });
});

test("a server without a folder says so", async () => {
  const { overview, reread } = await startWith(undefined);
  expect(await reread()).toMatchObject({ status: 409, body: { code: "no_folder" } });
  expect(await overview()).toMatchObject({ folder: null, state: "ready", last: null, sources: [] });
});

test("documents are found by a part of their path or title, in any case", async () => {
  const { list } = await startWith(async function* () {
    yield page("guide/100%_done.md", "# Watering\n\nRoses want water.");
    yield page("guide/tools.md", "# Spades\n\nSpades dig.");
  });
  const paths = async (q: string) =>
    (await list(`?q=${encodeURIComponent(q)}`)).documents.map(({ path }: { path: string }) => path);
  expect(await paths("WATER")).toEqual(["guide/100%_done.md"]);
  expect(await paths("%_")).toEqual(["guide/100%_done.md"]);
  expect(await paths("guide/")).toHaveLength(2);
  expect(await paths("moles")).toEqual([]);
  expect(await list(`?q=${"x".repeat(201)}`)).toMatchObject({ code: "invalid_input" });
});
