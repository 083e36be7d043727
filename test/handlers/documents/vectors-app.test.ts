import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { embedderDependency } from "../../../adapters/embedders/choose.ts";
import { chooseVectorStore } from "../../../adapters/vector-stores/choose.ts";
import { createRetrieval } from "../../../handlers/documents/quoting/retrieve.ts";
import { createSearch } from "../../../handlers/documents/search/search.ts";
import {
  startEmbedderStandIn,
  type EmbedderStandIn,
} from "../../support/stand-ins/embedder-stand-in.ts";
import { startQdrantStandIn, type QdrantStandIn } from "../../support/stand-ins/qdrant-stand-in.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { openWithVectors, testCircuit, testEmbedder } from "../../support/apps/vectors.ts";

const adminKey = "an administrator's key of more than thirty-two bytes";

let standIn: EmbedderStandIn;
let qdrant: QdrantStandIn;
let docent: TestApp;
beforeEach(async () => {
  standIn = await startEmbedderStandIn();
  qdrant = await startQdrantStandIn({ apiKey: "qdrant-secret" });
});
afterEach(async () => {
  await docent.close();
  await standIn.close();
  await qdrant.close();
});

async function start(place: "database" | "qdrant"): Promise<void> {
  const embedding = testCircuit("embedder");
  const embedder = testEmbedder(standIn.url, "test-model", embedding);
  const chosen = chooseVectorStore(
    place === "database"
      ? { kind: "postgres" }
      : {
          kind: "qdrant",
          url: qdrant.url,
          apiKey: "qdrant-secret",
          collection: "docent",
          payload: undefined,
        },
    testCircuit("vector_store"),
  );
  docent = await createTestApp(
    { ADMIN_API_KEY: adminKey },
    {
      embedder,
      vectors: chosen?.vectors,
      dependencies: [
        ...(chosen ? [chosen.dependency] : []),
        embedderDependency(embedder, embedding),
      ],
    },
  );
}

interface Taken {
  readonly document: { readonly id: string };
}

async function countRows(table: string): Promise<number | undefined> {
  const text = `select count(*)::integer as count from ${table}`;
  const [row] = await docent.database.query<{ count: number }>({ text, values: [] });
  return row?.count;
}

async function countVectors(place: "database" | "qdrant"): Promise<number | null | undefined> {
  if (place === "database") return countRows("passage_vectors");
  return qdrant.collections.get("docent")?.info().points_count;
}

const take = (path: string, content: string) =>
  docent.post("/api/documents", { path, content }, { authorization: `Bearer ${adminKey}` });
const search = async (query: string) => {
  const response = await docent.fetch(`/api/search?q=${encodeURIComponent(query)}`);
  expect(response.status).toBe(200);
  const body = (await response.json()) as { passages: { path: string }[] };
  return body.passages.map(({ path }) => path);
};
const services = async () => {
  const response = await docent.fetch("/api/health");
  return ((await response.json()) as { services: Record<string, string> }).services;
};

describe.each(["database", "qdrant"] as const)("the app with vectors in %s", (place) => {
  test("takes a document in at once and finds it by meaning soon after", async () => {
    await start(place);
    expect((await take("leave.md", "Thirty days of vacation a year.")).status).toBe(201);
    expect(await search("vacation")).toEqual(["leave.md"]);
    await expect.poll(() => search("Urlaub")).toEqual(["leave.md"]);
    expect(await services()).toMatchObject({ vector_store: "healthy", embedder: "healthy" });
    const health = await docent.fetch("/api/health");
    expect(await health.json()).toMatchObject({ passages: { embedded: 1, total: 1 } });
  });

  test("forgets a deleted document's vectors and text at once, also while the embedder is out", async () => {
    await start(place);
    const leave = (await (await take("leave.md", "Thirty days of vacation.")).json()) as Taken;
    await expect.poll(() => search("Urlaub")).toEqual(["leave.md"]);
    standIn.trouble(() => ({ status: 500 }));
    await take("menu.md", "The canteen serves soup.");
    await expect.poll(async () => (await services())["embedder"]).toBe("unhealthy");
    const { id } = leave.document;
    const init = { method: "DELETE", headers: { authorization: `Bearer ${adminKey}` } };
    expect((await docent.fetch(`/api/documents/${id}`, init)).status).toBe(204);
    expect(await countVectors(place)).toBe(0);
    expect(await countRows("passages")).toBe(1);
  });

  test("answers by words while the embedder is out, and health says so", async () => {
    await start(place);
    standIn.trouble(() => ({ status: 500 }));
    await take("leave.md", "Thirty days of vacation a year.");
    expect(await search("vacation")).toEqual(["leave.md"]);
    await expect.poll(async () => (await services())["embedder"]).toBe("unhealthy");
    expect((await docent.fetch("/api/health")).status).toBe(200);
    const log = JSON.stringify(docent.log);
    expect(log).not.toMatch(/secret|127\.0\.0\.1/);
  });
});

test("a chat answers by words when the embedder is out, and says so", async () => {
  await start("database");
  await take("leave.md", "Everybody has thirty days of vacation a year.");
  await expect.poll(() => search("Urlaub")).toEqual(["leave.md"]);
  standIn.trouble(() => ({ status: 500 }));
  const message = "How many days of vacation does everybody have?";
  const response = await docent.post("/api/chat", { message }, { accept: "application/json" });
  expect(await response.json()).toMatchObject({
    degraded: ["embedder"],
    response: expect.stringContaining("thirty days") as string,
  });
});

const degraded = async () => {
  const message = "How many days of vacation does everybody have?";
  const response = await docent.post("/api/chat", { message }, { accept: "application/json" });
  return ((await response.json()) as { degraded: string[] }).degraded;
};

test("a chat says that the embedder is out although it never was there", async () => {
  await start("database");
  standIn.trouble(() => ({ status: 404 }));
  await take("leave.md", "Everybody has thirty days of vacation a year.");
  await expect.poll(degraded).toEqual(["embedder"]);
});

test("a chat's retrieval says what was done without", async () => {
  await start("database");
  const documents = openWithVectors(docent.database, testEmbedder(standIn.url));
  const find = documents.search;
  const content = "Thirty days of vacation a year.";
  await documents.ingest("manual", [{ path: "leave.md", content, mediaType: "text/markdown" }]);
  expect((await createRetrieval(find)("vacation")).degraded).toEqual([]);
  standIn.trouble(() => ({ status: 500 }));
  const answer = await createRetrieval(find)("vacation");
  expect(answer.degraded).toEqual(["embedder"]);
  expect(answer.passages[0]?.source.path).toBe("leave.md");
  const lexical = createRetrieval(createSearch(docent.database));
  expect((await lexical("vacation")).degraded).toEqual([]);
  await documents.vectors.stop();
});

test("a question in other words is answered where a passage stands out in meaning", async () => {
  await start("database");
  const documents = openWithVectors(docent.database, testEmbedder(standIn.url));
  const ask = createRetrieval(documents.search);
  const sentences = [
    "Thirty vacation days.",
    ...["Desks", "Lamps", "Chairs", "Doors", "Keys", "Phones", "Plants"].map(
      (thing) => `${thing} are in the cellar.`,
    ),
  ];
  await documents.ingest(
    "manual",
    sentences.map((content, index) => ({
      path: `${index}.md`,
      content,
      mediaType: "text/markdown",
    })),
  );
  await expect
    .poll(async () => (await ask("Urlaub")).quotes[0]?.text)
    .toBe("Thirty vacation days.");
  expect((await ask("Weather")).quotes).toEqual([]);
  await documents.vectors.stop();
});

test("what is configured can be tried and described", async () => {
  await start("qdrant");
  const signal = AbortSignal.timeout(5000);
  const describeAll = () =>
    Promise.all((docent.ports.dependencies ?? []).map(async (each) => each.describe?.(signal)));
  expect(await describeAll()).toEqual([
    ["Qdrant 1.19.0", "no collection docent yet"],
    ["custom/test-model", "128 dimensions"],
  ]);
  await take("leave.md", "Thirty days of vacation a year.");
  await expect.poll(async () => (await describeAll())[0]?.at(-1)).toBe("1 points");
  expect((await describeAll())[0]).toEqual([
    "Qdrant 1.19.0",
    "collection docent",
    "custom-test-model 128 Cosine",
    "terms sparse",
    "1 points",
  ]);
});

test("a Qdrant that sleeps behind its proxy is told apart from a missing collection", async () => {
  await start("database");
  const chosen = chooseVectorStore(
    {
      kind: "qdrant",
      url: `${standIn.url}/asleep`,
      apiKey: "qdrant-secret",
      collection: "docent",
      payload: undefined,
    },
    testCircuit("vector_store"),
  );
  await expect(chosen?.dependency.probe?.(AbortSignal.timeout(5000))).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("6333") as string,
  });
});
