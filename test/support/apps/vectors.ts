import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { createCircuit, type Circuit } from "../../../adapters/circuit.ts";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { createOpenaiCompatibleEmbedder } from "../../../adapters/embedders/openai-compatible/embedder.ts";
import { createIngest } from "../../../handlers/documents/ingest/ingest.ts";
import { createSearch } from "../../../handlers/documents/search/search.ts";
import { createUpkeep } from "../../../handlers/documents/index/upkeep.ts";
import { createVectors } from "../../../handlers/documents/semantic/index.ts";
import type { MissedService } from "../../../handlers/documents/semantic/semantic-search.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import type { Embedder } from "../../../handlers/ports/embedder.ts";
import type { OutsideVectors } from "../../../handlers/ports/vector-store.ts";
import { startEmbedderStandIn, type EmbedderStandIn } from "../stand-ins/embedder-stand-in.ts";
import { inTurn, sections } from "./documents.ts";
import type { TextDocument } from "./parse.ts";
import { createRecordingLogger } from "./test-app.ts";
import { openTestDatabase } from "./test-database.ts";
import { systemClock } from "../../../handlers/lib/time.ts";

/** A circuit with the default settings: opens after three failures, for a minute. */
export function testCircuit(name: string, clock = systemClock): Circuit {
  return createCircuit({ name, failures: 3, openMilliseconds: 60_000, clock });
}

/** The real adapter in front of a stand-in. */
export function testEmbedder(
  url: string,
  model = "test-model",
  circuit = testCircuit("embedder"),
  timeout = 30_000,
): Embedder {
  return createOpenaiCompatibleEmbedder({
    provider: "custom",
    model,
    baseUrl: url,
    apiKey: "embedding-secret",
    dimensions: undefined,
    circuit,
    firstWait: 5,
    timeout,
  });
}

/** Documents with vectors, wired as in the app. */
export function openWithVectors(
  database: Database,
  embedder: Embedder,
  options: {
    readonly outside?: OutsideVectors;
    readonly index?: "exact" | "hnsw";
    /** The service with a patience of 300 ms; the other's is more than the slowest machine needs. */
    readonly hasty?: MissedService;
  } = {},
) {
  const { outside, index = "exact", hasty } = options;
  const patience = { embedder: 60_000, vector_store: 60_000, ...(hasty && { [hasty]: 300 }) };
  const { logger, lines } = createRecordingLogger();
  const vectors = createVectors({
    database,
    embedder,
    outside,
    index,
    clock: systemClock,
    logger,
    firstRetry: 20,
    patience,
  });
  const ingest = createIngest(database, createUpkeep(database, { onDone: vectors.wake }));
  return {
    log: lines,
    vectors,
    search: createSearch(database, vectors.semanticSearch, vectors.wake),
    /** Ingests the documents and waits for their vectors. */
    async ingest(source: string, documents: Iterable<TextDocument>) {
      const report = await ingest(source, inTurn(documents), { missing: "remove", urlBase: null });
      await vectors.idle();
      return report;
    },
  };
}

/** Three documents, each with a word of its own. */
export const manual = [
  sections("car.md", { Insurance: "Your automobile is insured from the first day." }),
  sections("leave.md", { Leave: "Everybody has thirty days of vacation a year." }),
  sections("menu.md", { Menu: "The canteen serves soup and bread at noon." }),
];

/** What the tests of a file share; `documents` is new for each test, which may replace it. */
export interface VectorsFixture {
  database: OpenDatabase;
  standIn: EmbedderStandIn;
  documents: ReturnType<typeof openWithVectors>;
}

/** Opens documents with vectors for each test of a file, on one database and one stand-in that forget between tests. */
export function useVectors(): VectorsFixture {
  // The hooks fill it.
  const fixture = {} as VectorsFixture;
  beforeAll(async () => {
    fixture.database = await openTestDatabase(createRecordingLogger().logger);
    fixture.standIn = await startEmbedderStandIn();
  });
  afterAll(async () => {
    await fixture.standIn?.close();
    await fixture.database?.close();
  });
  beforeEach(() => {
    fixture.standIn.trouble(undefined);
    fixture.standIn.requests.length = 0;
    fixture.documents = openWithVectors(fixture.database, testEmbedder(fixture.standIn.url));
  });
  afterEach(async () => {
    const { standIn, documents, database } = fixture;
    standIn.trouble(undefined);
    await documents.ingest("manual", []);
    await documents.vectors.stop();
    await database.query({ text: "delete from vector_sets", values: [] });
    await database.query({ text: "delete from embedded_passages", values: [] });
    await database.query({ text: "drop table if exists passage_vectors", values: [] });
  });
  return fixture;
}
