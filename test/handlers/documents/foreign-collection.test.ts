import { expect, test } from "vitest";
import { chooseVectorStore } from "../../../adapters/vector-stores/choose.ts";
import { createTestApp } from "../../support/apps/test-app.ts";
import { embedForTests } from "../../support/apps/test-embedding.ts";
import { testCircuit, testEmbedder } from "../../support/apps/vectors.ts";
import { startEmbedderStandIn } from "../../support/stand-ins/embedder-stand-in.ts";
import { StandInCollection } from "../../support/stand-ins/qdrant-collection.ts";
import { startQdrantStandIn } from "../../support/stand-ins/qdrant-stand-in.ts";

test("a collection of somebody else's is tried, and health names what does not fit", async () => {
  const standIn = await startEmbedderStandIn();
  const qdrant = await startQdrantStandIn({ apiKey: "qdrant-secret" });
  const fields = { text: "content" };
  const place = {
    kind: "qdrant",
    url: qdrant.url,
    apiKey: "qdrant-secret",
    payload: fields,
  } as const;
  const circuit = testCircuit("vector_store");
  const chosen = chooseVectorStore({ ...place, collection: "theirs" }, circuit);
  const embedder = testEmbedder(standIn.url);
  const docent = await createTestApp(
    {},
    { embedder, vectors: chosen?.vectors, dependencies: chosen ? [chosen.dependency] : [] },
  );
  const search = async (query: string) => {
    const { passages } = await (await docent.fetch(`/api/search?q=${query}`)).json();
    return passages.map(({ text }: { text: string }) => text);
  };
  const tried = () => chosen?.dependency.describe?.(AbortSignal.timeout(5000));
  const state = async () => {
    const { status, services: named } = await (await docent.fetch("/api/health")).json();
    return [status, named.vector_store];
  };
  const collection = (size: number, field: string) => {
    const made = new StandInCollection({ vectors: { size, distance: "Cosine" } });
    const vector = embedForTests("Soup", "test-model", size);
    made.upsert([{ id: 1, vector, payload: { [field]: "Soup at noon" } }]);
    qdrant.collections.set("theirs", made);
  };

  expect(await state()).toEqual(["degraded", "collection_missing"]);
  await expect(tried()).rejects.toThrow("QDRANT_COLLECTION");
  collection(128, "body");
  await expect(tried()).rejects.toThrow("QDRANT_PAYLOAD");
  expect(await state()).toEqual(["degraded", "payload_mismatch"]);
  collection(3, "content");
  // The first search still has the earlier shape in mind.
  for (const _ of [1, 2]) expect(await search("soup")).toEqual([]);
  expect(await state()).toEqual(["degraded", "vectors_mismatch"]);
  collection(128, "content");
  expect(await search("soup")).toEqual(["Soup at noon"]);
  expect(await tried()).toEqual(["Qdrant 1.19.0", "collection theirs", "128 Cosine", "1 points"]);
  expect(await state()).toEqual(["healthy", "healthy"]);
  await docent.close();
  await standIn.close();
  await qdrant.close();
});

test("a foreign passage's address may hold what no database can store", async () => {
  const standIn = await startEmbedderStandIn();
  const qdrant = await startQdrantStandIn({ apiKey: "qdrant-secret" });
  const payload = { text: "content", url: "link" };
  const place = { kind: "qdrant", url: qdrant.url, apiKey: "qdrant-secret", payload } as const;
  const circuit = testCircuit("vector_store");
  const vectors = chooseVectorStore({ ...place, collection: "theirs" }, circuit)?.vectors;
  const docent = await createTestApp({}, { embedder: testEmbedder(standIn.url), vectors });
  const made = new StandInCollection({ vectors: { size: 128, distance: "Cosine" } });
  const vector = embedForTests("Soup", "test-model", 128);
  const link = "https://kitchen.example/\u0000soup";
  made.upsert([{ id: 1, vector, payload: { content: "Soup is served at noon.", link } }]);
  qdrant.collections.set("theirs", made);
  const accept = { accept: "application/json" };
  const asked = await docent.post("/api/chat", { message: "When is soup served?" }, accept);
  expect(await asked.json()).toMatchObject({
    response: "Soup is served at noon. [1]",
    sources: [{ url: "https://kitchen.example/\uFFFDsoup" }],
  });
  await docent.close();
  await standIn.close();
  await qdrant.close();
});
