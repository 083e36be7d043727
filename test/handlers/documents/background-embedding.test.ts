import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { sections } from "../../support/apps/documents.ts";
import {
  startEmbedderStandIn,
  type EmbedderStandIn,
} from "../../support/stand-ins/embedder-stand-in.ts";
import { createRecordingLogger } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";
import { openWithVectors, testEmbedder } from "../../support/apps/vectors.ts";

const manual = [
  sections("car.md", { Insurance: "Your automobile is insured from the first day." }),
  sections("leave.md", { Leave: "Everybody has thirty days of vacation a year." }),
  sections("menu.md", { Menu: "The canteen serves soup and bread at noon." }),
];

let database: OpenDatabase;
let standIn: EmbedderStandIn;
beforeAll(async () => {
  database = await openTestDatabase(createRecordingLogger().logger);
  standIn = await startEmbedderStandIn();
});
afterAll(async () => {
  await standIn.close();
  await database.close();
});

let documents: ReturnType<typeof openWithVectors>;
beforeEach(() => {
  standIn.trouble(undefined);
  standIn.requests.length = 0;
  documents = openWithVectors(database, testEmbedder(standIn.url));
});
afterEach(async () => {
  standIn.trouble(undefined);
  await documents.ingest("manual", []);
  await documents.vectors.stop();
  await database.query({ text: "delete from vector_sets", values: [] });
  await database.query({ text: "delete from embedded_passages", values: [] });
  await database.query({ text: "drop table if exists passage_vectors", values: [] });
});

const best = async (query: string) => (await documents.search(query, { limit: 3 })).passages[0];
const count = async (table: string) => {
  const [row] = await database.query<{ count: number }>({
    text: `select count(*)::int as count from ${table}`,
    values: [],
  });
  return row?.count;
};

describe("embedding in the background", () => {
  test("embeds nothing again that a changed document still says", async () => {
    const before = sections("all.md", {
      One: "The first.",
      Two: "The second.",
      Three: "The third.",
    });
    await documents.ingest("manual", [before]);
    standIn.requests.length = 0;
    await documents.ingest("manual", [
      sections("all.md", { Zero: "Something new.", One: "The first.", Two: "The second." }),
    ]);
    expect(standIn.texts()).toHaveLength(1);
    expect(standIn.texts()[0]).toContain("Something new.");
    expect(await count("passage_vectors")).toBe(3);
    expect(await count("embedded_passages")).toBe(3);
  });

  test("goes on after a failure, without doing anything twice", async () => {
    const many = Array.from({ length: 130 }, (_, index) =>
      sections(`${index}.md`, { Entry: `Number ${index} of many.` }),
    );
    let left = 3;
    standIn.trouble(() => (left-- > 0 ? undefined : { status: 503 }));
    await documents.ingest("manual", many);
    expect(await count("passage_vectors")).toBeLessThan(130);
    standIn.trouble(undefined);
    await expect.poll(() => count("passage_vectors")).toBe(130);
    await documents.vectors.idle();
    const refusedRequests = standIn.requests.length;
    expect(refusedRequests).toBeGreaterThan(3);
    expect(new Set(documents.log.map(({ message }) => message))).toContain(
      "passages not embedded yet",
    );
  });

  test("asks a slow embedder for fewer at once, and makes progress", async () => {
    const embedder = testEmbedder(standIn.url, "test-model", undefined, 3000);
    documents = openWithVectors(database, embedder);
    // Stands for a server that takes long over each text: more than four are not embedded in time.
    standIn.trouble(({ input }) => (input.length > 4 ? "silence" : undefined));
    const many = Array.from({ length: 60 }, (_, index) =>
      sections(`${index}.md`, { Entry: `Number ${index} of many.` }),
    );
    await documents.ingest("manual", many);
    await documents.vectors.idle();
    expect(await count("passage_vectors")).toBe(60);
    expect(documents.vectors.progress()).toEqual({ embedded: 60, total: 60 });
    const late = standIn.requests.filter(({ input }) => input.length > 4);
    expect(late.map(({ input }) => input.length)).toEqual([48, 12, 6, 5]);
    const embedded = standIn.requests.filter(({ input }) => input.length <= 4);
    const texts = embedded.flatMap(({ input }) => input).filter((text) => text !== "Docent");
    expect(texts).toHaveLength(60);
  });

  test("keeps the vectors of the requests before one that fails", async () => {
    const eight = Array.from({ length: 8 }, (_, index) =>
      sections(`${index}.md`, { Entry: `Number ${index} of many.` }),
    );
    // The request of all is refused because of one text, and that text's own fails.
    standIn.trouble(({ input }) => {
      if (!input.some((text) => text.includes("Number 7"))) return undefined;
      return { status: input.length > 1 ? 400 : 401 };
    });
    await documents.ingest("manual", eight);
    expect(await count("passage_vectors")).toBe(7);
    expect(documents.vectors.progress()).toEqual({ embedded: 7, total: 8 });
  });

  test("leaves a text that the model refuses to the words, and embeds the others", async () => {
    standIn.trouble(({ input }) =>
      input.some((text) => text.includes("canteen")) ? { status: 400 } : undefined,
    );
    await documents.ingest("manual", manual);
    expect(await count("passage_vectors")).toBe(2);
    expect((await best("Urlaub"))?.path).toBe("leave.md");
    expect((await best("soup"))?.path).toBe("menu.md");
    standIn.requests.length = 0;
    documents.vectors.wake();
    await documents.vectors.idle();
    expect(standIn.requests).toEqual([]);
  });

  test("serves the old model's vectors while the new one's are made, then forgets them", async () => {
    await documents.ingest("manual", manual);
    await documents.vectors.stop();
    standIn.trouble(({ model, input }) =>
      model === "new-model" && input.length > 1 ? { status: 503 } : undefined,
    );
    documents = openWithVectors(database, testEmbedder(standIn.url, "new-model"));
    await documents.vectors.start();
    documents.vectors.wake();
    await documents.vectors.idle();
    standIn.requests.length = 0;
    expect((await best("Urlaub"))?.path).toBe("leave.md");
    expect(standIn.requests.find(({ input }) => input[0] === "Urlaub")?.model).toBe("test-model");

    standIn.trouble(undefined);
    await expect.poll(() => count("vector_sets")).toBe(1);
    await documents.vectors.idle();
    standIn.requests.length = 0;
    expect((await best("Urlaub"))?.path).toBe("leave.md");
    expect(standIn.requests.map(({ model }) => model)).toEqual(["new-model"]);
    expect(await count("passage_vectors")).toBe(3);
  });

  test("of two instances one embeds each passage", async () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      sections(`${index}.md`, { Entry: `Number ${index} of many.` }),
    );
    const other = openWithVectors(database, testEmbedder(standIn.url));
    standIn.trouble(() => undefined);
    const ingesting = documents.ingest("manual", many);
    await expect.poll(() => count("documents")).toBeGreaterThan(0);
    other.vectors.wake();
    await ingesting;
    await other.vectors.idle();
    const passages = standIn.texts().filter((text) => text.includes("of many"));
    expect(passages).toHaveLength(new Set(passages).size);
    await other.vectors.stop();
  });
});
