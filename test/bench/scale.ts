import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { migrate } from "../../adapters/databases/migrate.ts";
import { createPgliteDatabase } from "../../adapters/databases/pglite/database.ts";
import type { SourceDocument } from "../../handlers/ports/document-source.ts";
import { toSourceDocument } from "../support/apps/parse.ts";
import { createIngest } from "../../handlers/documents/ingest/ingest.ts";
import { createSearch, type Search } from "../../handlers/documents/search/search.ts";
import { createUpkeep } from "../../handlers/documents/index/upkeep.ts";
import type { Database } from "../../handlers/ports/database.ts";
import { printTable, quantile } from "./statistics.ts";
import { createSyntheticText } from "./synthetic-text.ts";

const queries = 200;
/** Longer than the embedded database waits before it vacuums. */
const quietMilliseconds = 6_000;

/** Ingest and search at growing sizes, on the embedded database on its own thread and on disk. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { passages: { type: "string", default: "1000,10000,100000" } },
  });
  const rows: (string | number)[][] = [
    [
      "passages",
      "ingested/s",
      "slowest statement ms",
      "search while ingesting p95 ms",
      "search p50 ms",
      "p95 ms",
      "KB read",
      "index/text",
      "found",
    ],
  ];
  for (const size of values.passages.split(",").map(Number)) rows.push(await measure(size));
  printTable(rows);
}

async function measure(size: number): Promise<(string | number)[]> {
  const directory = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const quiet = { debug() {}, info() {}, warn: console.warn, error: console.error };
  const database = createPgliteDatabase({ directory, logger: quiet });
  await database.open();
  await migrate(database, { logger: quiet });
  const text = createSyntheticText();
  const passages = Array.from({ length: size }, () => text.passage());

  const timed = timeCalls(database);
  const ingest = createIngest(timed.database, createUpkeep(timed.database));
  const startedAt = performance.now();
  await ingest("bench", toDocuments(passages), { missing: "remove", urlBase: null });
  const seconds = (performance.now() - startedAt) / 1000;

  await sleep(quietMilliseconds);
  const search = createSearch(database);
  const indexBytes = await sizeOf(database, "index_blocks");
  const textBytes = new TextEncoder().encode(passages.join("")).length;
  const alone = await ask(search, passages, queries);

  const others = Array.from({ length: Math.min(size, 10_000) }, () => text.passage());
  const busy = await askWhile(search, passages, () =>
    createIngest(database, createUpkeep(database))("more", toDocuments(others), {
      missing: "remove",
      urlBase: null,
    }),
  );
  await database.close();
  await rm(directory, { recursive: true, force: true });
  return [
    size,
    Math.round(size / seconds),
    timed.slowest().toFixed(0),
    quantile(busy, 0.95).toFixed(1),
    quantile(alone.times, 0.5).toFixed(1),
    quantile(alone.times, 0.95).toFixed(1),
    Math.ceil(alone.bytes / 1024),
    (indexBytes / textBytes).toFixed(2),
    alone.found.toFixed(3),
  ];
}

/** Nine neighbouring words of a passage, for many passages; `found` is the share that came first. */
async function ask(search: Search, passages: readonly string[], count: number) {
  const times: number[] = [];
  let bytes = 0;
  let found = 0;
  for (let index = 0; index < count; index++) {
    const place = Math.floor((index * passages.length) / count);
    const startedAt = performance.now();
    const result = await search(questionFrom(passages[place] ?? ""), { limit: 5, explain: true });
    times.push(performance.now() - startedAt);
    bytes = Math.max(bytes, result.explanation?.bytes ?? 0);
    if (result.passages[0]?.path === `${place}.txt`) found += 1;
  }
  return { times, bytes, found: found / count };
}

async function askWhile(
  search: Search,
  passages: readonly string[],
  work: () => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  const state = { isDone: false };
  const working = work().finally(() => {
    state.isDone = true;
  });
  for (let index = 0; !state.isDone; index++) {
    const startedAt = performance.now();
    await search(questionFrom(passages[index % passages.length] ?? ""), { limit: 5 });
    times.push(performance.now() - startedAt);
    await sleep(20);
  }
  await working;
  return times;
}

function questionFrom(passage: string): string {
  const words = passage.split(" ");
  const start = Math.floor(words.length / 3);
  return words.slice(start, start + 9).join(" ");
}

async function* toDocuments(passages: readonly string[]): AsyncGenerator<SourceDocument> {
  for (const [index, content] of passages.entries()) {
    yield toSourceDocument({ path: `${index}.txt`, content, mediaType: "text/plain" });
  }
}

/** The database, and how long its slowest call took. */
function timeCalls(database: Database) {
  let slowest = 0;
  const time = async <Result>(work: Promise<Result>): Promise<Result> => {
    const startedAt = performance.now();
    const result = await work;
    slowest = Math.max(slowest, performance.now() - startedAt);
    return result;
  };
  const timed: Database = {
    query: (statement) => time(database.query(statement)),
    batch: (statements) => time(database.batch(statements)),
  };
  return { database: timed, slowest: () => slowest };
}

async function sizeOf(database: Database, table: string): Promise<number> {
  const [row] = await database.query<{ bytes: number }>({
    text: "select pg_total_relation_size($1::regclass) as bytes",
    values: [table],
  });
  return row?.bytes ?? 0;
}
