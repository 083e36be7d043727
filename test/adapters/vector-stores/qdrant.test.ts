import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { createForeignCollection } from "../../../adapters/vector-stores/qdrant/foreign.ts";
import { createQdrantStore } from "../../../adapters/vector-stores/qdrant/store.ts";
import { sections } from "../../support/apps/documents.ts";
import {
  startEmbedderStandIn,
  type EmbedderStandIn,
} from "../../support/stand-ins/embedder-stand-in.ts";
import { StandInCollection } from "../../support/stand-ins/qdrant-collection.ts";
import { startQdrantStandIn, type QdrantStandIn } from "../../support/stand-ins/qdrant-stand-in.ts";
import { createRecordingLogger } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";
import { embedForTests } from "../../support/apps/test-embedding.ts";
import { openWithVectors, testCircuit, testEmbedder } from "../../support/apps/vectors.ts";

const manual = [
  sections("car.md", { Insurance: "Your automobile is insured from the first day." }),
  sections("leave.md", { Leave: "Everybody has thirty days of vacation a year." }),
  sections("menu.md", { Menu: "The canteen serves soup and bread at noon." }),
];

let embedder: EmbedderStandIn;
beforeAll(async () => {
  embedder = await startEmbedderStandIn();
});
afterAll(() => embedder.close());

let database: OpenDatabase;
let qdrant: QdrantStandIn;
let documents: ReturnType<typeof openWithVectors>;
beforeEach(async () => {
  database = await openTestDatabase(createRecordingLogger().logger);
  qdrant = await startQdrantStandIn({ apiKey: "qdrant-secret", prefix: "/vectors" });
  embedder.requests.length = 0;
  documents = open(database);
});
afterEach(async () => {
  await documents.vectors.stop();
  await database.close();
  await qdrant.close();
});

function options(collection = "docent") {
  const circuit = testCircuit("vector_store");
  return { url: qdrant.url, apiKey: "qdrant-secret", collection, circuit };
}

function open(over: OpenDatabase, model?: string) {
  const store = createQdrantStore(options());
  return openWithVectors(over, testEmbedder(embedder.url, model), {
    outside: { kind: "outside", store },
  });
}

const paths = async (query: string) =>
  (await documents.search(query, { limit: 3 })).passages.map(({ path }) => path);
const pointsIn = (name: string) => qdrant.collections.get(name)?.info().points_count;

describe("passages' vectors in Qdrant", () => {
  test("are found by meaning and by words, with their terms beside them", async () => {
    await documents.ingest("manual", manual);
    expect((await paths("Urlaub"))[0]).toBe("leave.md");
    expect((await paths("soup"))[0]).toBe("menu.md");
    const info = qdrant.collections.get("docent")?.info();
    expect(info?.points_count).toBe(3);
    expect(info?.config.params.vectors).toEqual({
      "custom-test-model": { size: 128, distance: "Cosine" },
    });
    expect(info?.config.params.sparse_vectors).toEqual({ terms: { modifier: "idf" } });
    expect(Object.keys(info?.payload_schema ?? {}).sort()).toEqual([
      "document_id",
      "hash",
      "number",
    ]);
  });

  test("go with their documents, and stay with what a changed one still says", async () => {
    await documents.ingest("manual", [sections("a.md", { One: "The first.", Two: "The second." })]);
    embedder.requests.length = 0;
    await documents.ingest("manual", [
      sections("a.md", { Zero: "Something new.", One: "The first." }),
    ]);
    expect(embedder.texts().filter((text) => text !== "Docent")).toHaveLength(1);
    expect(pointsIn("docent")).toBe(2);
    await documents.ingest("manual", []);
    expect(pointsIn("docent")).toBe(0);
  });

  test("are used again by a database that was made anew", async () => {
    await documents.ingest("manual", manual);
    await documents.vectors.stop();
    await database.close();
    database = await openTestDatabase(createRecordingLogger().logger);
    documents = open(database);
    embedder.requests.length = 0;
    await documents.ingest("manual", manual.toReversed());
    expect(embedder.texts()).toEqual(["Docent"]);
    expect(pointsIn("docent")).toBe(3);
    expect((await paths("Urlaub"))[0]).toBe("leave.md");
  });

  test("are made again when the collection is gone; meanwhile words answer", async () => {
    await documents.ingest("manual", manual);
    qdrant.collections.delete("docent");
    const { passages, degraded } = await documents.search("soup", { limit: 3 });
    expect(passages.map(({ path }) => path)).toContain("menu.md");
    expect(degraded).toEqual(["vector_store"]);
    await expect.poll(() => pointsIn("docent")).toBe(3);
    await documents.vectors.idle();
    expect((await documents.search("Urlaub", { limit: 3 })).degraded).toEqual([]);
  });

  test("move to another collection with another model, and the old one goes", async () => {
    await documents.ingest("manual", manual);
    await documents.vectors.stop();
    documents = open(database, "other");
    documents.vectors.wake();
    await documents.vectors.idle();
    expect([...qdrant.collections.keys()]).toEqual(["docent-custom-other"]);
    expect((await paths("Wagen"))[0]).toBe("car.md");
  });

  test("never go into a collection of another shape", async () => {
    qdrant.collections.set("docent", foreignCollection());
    await documents.ingest("manual", manual);
    expect(pointsIn("docent")).toBe(2);
    expect(pointsIn("docent-custom-test-model")).toBe(3);
    expect((await paths("Urlaub"))[0]).toBe("leave.md");
  });
});

describe("a collection that another system filled", () => {
  const fields = { text: "content", path: "file_path", heading_path: "meta.headings" };
  const openForeign = () =>
    openWithVectors(database, testEmbedder(embedder.url), {
      outside: {
        kind: "foreign",
        collection: createForeignCollection({ ...options("theirs"), fields }),
      },
    });

  test("is searched by meaning, and its fields become a passage's", async () => {
    qdrant.collections.set("theirs", foreignCollection());
    const { search } = openForeign();
    const { passages, degraded } = await search("Wagen", { limit: 1 });
    expect(degraded).toEqual([]);
    expect(passages).toMatchObject([
      {
        id: "7",
        path: "docs/car.md",
        title: "Insurance",
        heading_path: ["Insurance", "Scope"],
        text: "The automobile",
        url: null,
        start: 0,
        end: 14,
      },
    ]);
  });

  test("is never written to, whatever happens", async () => {
    qdrant.collections.set("theirs", foreignCollection());
    const foreign = openForeign();
    await foreign.vectors.start();
    await foreign.ingest("manual", manual);
    await foreign.search("Wagen", { limit: 3 });
    await foreign.ingest("manual", []);
    foreign.vectors.wake();
    await foreign.vectors.stop();
    const reading =
      /^(GET \/vectors\/collections\/theirs|POST \/vectors\/collections\/theirs\/points\/(query|scroll))$/;
    expect(qdrant.requests.length).toBeGreaterThan(1);
    for (const request of qdrant.requests) expect(request).toMatch(reading);
  });

  test("with vectors of another length is named as the trouble, and words answer", async () => {
    qdrant.collections.set(
      "theirs",
      new StandInCollection({ vectors: { size: 3, distance: "Dot" } }),
    );
    const foreign = openForeign();
    await foreign.ingest("manual", manual);
    const { passages, degraded } = await foreign.search("soup", { limit: 1 });
    expect(passages[0]?.path).toBe("menu.md");
    expect(degraded).toEqual(["vector_store"]);
    const told = foreign.log.find(({ message }) => message === "search by words alone");
    expect(told?.fields["reason"]).toContain("3 dimensions and the embedder gives 128");
  });

  test("whose payload has no text where the settings say is named as well", async () => {
    qdrant.collections.set("theirs", foreignCollection());
    const outside = {
      kind: "foreign",
      collection: createForeignCollection({ ...options("theirs"), fields: { text: "body" } }),
    } as const;
    const foreign = openWithVectors(database, testEmbedder(embedder.url), { outside });
    expect((await foreign.search("soup", { limit: 1 })).degraded).toEqual(["vector_store"]);
    const told = foreign.log.find(({ message }) => message === "search by words alone");
    expect(told?.fields["reason"]).toContain("QDRANT_PAYLOAD");
    expect(outside.collection.trouble()).toBe("payload_mismatch");
  });

  test("that is not there is named as well", async () => {
    const foreign = openForeign();
    expect((await foreign.search("soup", { limit: 1 })).degraded).toEqual(["vector_store"]);
    const told = foreign.log.find(({ message }) => message === "search by words alone");
    expect(told?.fields["reason"]).toContain("QDRANT_COLLECTION");
  });
});

/** One unnamed vector a point, and nothing of Docent's. */
function foreignCollection(): StandInCollection {
  const collection = new StandInCollection({ vectors: { size: 128, distance: "Cosine" } });
  collection.upsert([
    {
      id: 7,
      vector: embedForTests("The automobile", "test-model", 128),
      payload: {
        content: "The automobile",
        file_path: "docs/car.md",
        meta: { headings: ["Insurance", "Scope"] },
      },
    },
    { id: 8, vector: embedForTests("Soup", "test-model", 128), payload: { content: "Soup" } },
  ]);
  return collection;
}
