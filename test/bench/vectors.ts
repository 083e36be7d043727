import { parseArgs } from "node:util";
import { createCircuit } from "../../adapters/circuit.ts";
import { migrate } from "../../adapters/databases/migrate.ts";
import { openEngine } from "../../adapters/databases/pglite/engine.ts";
import { createQdrantStore } from "../../adapters/vector-stores/qdrant/store.ts";
import type { SourceDocument } from "../../handlers/ports/document-source.ts";
import { toSourceDocument } from "../support/apps/parse.ts";
import { createIngest } from "../../handlers/documents/ingest/ingest.ts";
import { createSearch } from "../../handlers/documents/search/search.ts";
import {
  createDatabaseVectors,
  type VectorIndex,
} from "../../handlers/documents/semantic/store-vectors.ts";
import { readSets } from "../../handlers/documents/semantic/store-vector-sets.ts";
import { createUpkeep } from "../../handlers/documents/index/upkeep.ts";
import { createVectors } from "../../handlers/documents/semantic/index.ts";
import type { Embedder } from "../../handlers/ports/embedder.ts";
import type { VectorStore } from "../../handlers/ports/vector-store.ts";
import { startQdrantStandIn } from "../support/stand-ins/qdrant-stand-in.ts";
import { embedForTests } from "../support/apps/test-embedding.ts";
import { printTable, quantile } from "./statistics.ts";
import { createSyntheticText } from "./synthetic-text.ts";
import { systemClock } from "../../handlers/lib/time.ts";

const dimensions = 256;
const queries = 200;
const signal = new AbortController().signal;
const clock = systemClock;
const quiet = { debug() {}, info() {}, warn: console.warn, error: console.error };

const embedder: Embedder = {
  name: "bench/words",
  embed: (texts) =>
    Promise.resolve(
      texts.map((text) => {
        const vector = embedForTests(text, "bench", dimensions);
        const length = Math.hypot(...vector);
        return Float32Array.from(vector, (value) => value / length);
      }),
    ),
  resized: () => embedder,
  earlier: () => undefined,
};

interface Found {
  /** The nearest passage of each question, by its vector alone. */
  readonly nearest: readonly (string | undefined)[];
  /** The first passage of each question's whole search. */
  readonly first: readonly (string | undefined)[];
  /** How often that is the passage the question was cut from. */
  readonly right: number;
  readonly times: readonly number[];
  readonly seconds: number;
}

/** A deterministic embedder, the same passages and questions in each place, beside looking at every vector. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { passages: { type: "string", default: "1000" } },
  });
  const text = createSyntheticText();
  const passages = Array.from({ length: Number(values.passages) }, () => text.passage());
  const exact = await inDatabase(passages, "exact");
  const rows: (string | number)[][] = [
    [
      "place",
      "passages",
      "embedded in s",
      "same nearest",
      "same first",
      "right first",
      "search p50 ms",
      "p95 ms",
    ],
  ];
  const places = [
    ["pgvector, exact", exact],
    ["pgvector, HNSW", await inDatabase(passages, "hnsw")],
    ["Qdrant's stand-in", await inQdrant(passages)],
  ] as const;
  for (const [name, found] of places) {
    rows.push([
      name,
      passages.length,
      found.seconds.toFixed(1),
      agreement(found.nearest, exact.nearest),
      agreement(found.first, exact.first),
      found.right.toFixed(3),
      quantile([...found.times], 0.5).toFixed(1),
      quantile([...found.times], 0.95).toFixed(1),
    ]);
  }
  printTable(rows);
}

async function inDatabase(passages: readonly string[], index: VectorIndex): Promise<Found> {
  return measure(passages, index, (database) => createDatabaseVectors(database, index));
}

async function inQdrant(passages: readonly string[]): Promise<Found> {
  const standIn = await startQdrantStandIn();
  const circuit = createCircuit({ name: "bench", failures: 3, openMilliseconds: 60_000, clock });
  const place = { url: standIn.url, apiKey: undefined, collection: "bench", circuit };
  const store = createQdrantStore(place);
  const found = await measure(passages, "exact", () => store, store);
  await standIn.close();
  return found;
}

async function measure(
  passages: readonly string[],
  index: VectorIndex,
  storeOver: (database: Awaited<ReturnType<typeof openEngine>>) => VectorStore,
  outside?: VectorStore,
): Promise<Found> {
  const database = await openEngine();
  await migrate(database, { logger: quiet });
  const vectors = createVectors({
    database,
    embedder,
    outside: outside && { kind: "outside", store: outside },
    index,
    clock,
    logger: quiet,
  });
  const ingest = createIngest(database, createUpkeep(database));
  await ingest("bench", toDocuments(passages), { missing: "remove", urlBase: null });
  const startedAt = performance.now();
  vectors.wake();
  await vectors.idle();
  const seconds = (performance.now() - startedAt) / 1000;

  const [set] = await readSets(database);
  if (set === undefined) throw new Error("nothing was embedded");
  const store = storeOver(database);
  const search = createSearch(database, vectors.semanticSearch);
  const nearest: (string | undefined)[] = [];
  const first: (string | undefined)[] = [];
  const times: number[] = [];
  let right = 0;
  for (let each = 0; each < queries; each++) {
    const place = Math.floor((each * passages.length) / queries);
    const question = questionFrom(passages[place] ?? "");
    const [vector = new Float32Array()] = await embedder.embed([question], "query", signal);
    const [closest] = await store.nearest(set, { vector, features: [], limit: 24 }, signal);
    nearest.push(closest?.number.toString());
    const asked = performance.now();
    const { passages: found } = await search(question, { limit: 5 });
    times.push(performance.now() - asked);
    first.push(found[0]?.path);
    if (found[0]?.path === `${place}.txt`) right += 1;
  }
  await vectors.stop();
  await database.close();
  return { nearest, first, right: right / queries, times, seconds };
}

function agreement(one: readonly unknown[], other: readonly unknown[]): string {
  return (one.filter((each, index) => each === other[index]).length / one.length).toFixed(3);
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
