import { describe, expect, test } from "vitest";
import { sections } from "../../support/apps/documents.ts";
import { manual, openWithVectors, testEmbedder, useVectors } from "../../support/apps/vectors.ts";

const fixture = useVectors();

const best = async (query: string) =>
  (await fixture.documents.search(query, { limit: 3 })).passages[0];
const count = async (table: string) => {
  const [row] = await fixture.database.query<{ count: number }>({
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
    await fixture.documents.ingest("manual", [before]);
    fixture.standIn.requests.length = 0;
    await fixture.documents.ingest("manual", [
      sections("all.md", { Zero: "Something new.", One: "The first.", Two: "The second." }),
    ]);
    expect(fixture.standIn.texts()).toHaveLength(1);
    expect(fixture.standIn.texts()[0]).toContain("Something new.");
    expect(await count("passage_vectors")).toBe(3);
    expect(await count("embedded_passages")).toBe(3);
  });

  test("goes on after a failure, without doing anything twice", async () => {
    const many = Array.from({ length: 130 }, (_, index) =>
      sections(`${index}.md`, { Entry: `Number ${index} of many.` }),
    );
    let left = 3;
    fixture.standIn.trouble(() => (left-- > 0 ? undefined : { status: 503 }));
    await fixture.documents.ingest("manual", many);
    expect(await count("passage_vectors")).toBeLessThan(130);
    fixture.standIn.trouble(undefined);
    await expect.poll(() => count("passage_vectors")).toBe(130);
    await fixture.documents.vectors.idle();
    const refusedRequests = fixture.standIn.requests.length;
    expect(refusedRequests).toBeGreaterThan(3);
    expect(new Set(fixture.documents.log.map(({ message }) => message))).toContain(
      "passages not embedded yet",
    );
  });

  test("asks a slow embedder for fewer at once, and makes progress", async () => {
    const embedder = testEmbedder(fixture.standIn.url, "test-model", undefined, 3000);
    fixture.documents = openWithVectors(fixture.database, embedder);
    // Stands for a server that takes long over each text: more than four are not embedded in time. It says so itself
    // (408) where it is not the deadline that ends a request.
    fixture.standIn.trouble(({ input }) => {
      if (input.length > 12) return "silence";
      return input.length > 4 ? { status: 408 } : undefined;
    });
    const many = Array.from({ length: 60 }, (_, index) =>
      sections(`${index}.md`, { Entry: `Number ${index} of many.` }),
    );
    await fixture.documents.ingest("manual", many);
    await fixture.documents.vectors.idle();
    expect(await count("passage_vectors")).toBe(60);
    expect(fixture.documents.vectors.progress()).toEqual({ embedded: 60, total: 60 });
    const late = fixture.standIn.requests.filter(({ input }) => input.length > 4);
    expect(late.map(({ input }) => input.length)).toEqual([48, 12, 6, 5]);
    const embedded = fixture.standIn.requests.filter(({ input }) => input.length <= 4);
    const texts = embedded.flatMap(({ input }) => input).filter((text) => text !== "Docent");
    expect(texts).toHaveLength(60);
  });

  test("keeps the vectors of the requests before one that fails", async () => {
    const eight = Array.from({ length: 8 }, (_, index) =>
      sections(`${index}.md`, { Entry: `Number ${index} of many.` }),
    );
    // The request of all is refused because of one text, and that text's own fails.
    fixture.standIn.trouble(({ input }) => {
      if (!input.some((text) => text.includes("Number 7"))) return undefined;
      return { status: input.length > 1 ? 400 : 401 };
    });
    await fixture.documents.ingest("manual", eight);
    expect(await count("passage_vectors")).toBe(7);
    expect(fixture.documents.vectors.progress()).toEqual({ embedded: 7, total: 8 });
  });

  test("leaves a text that the model refuses to the words, and embeds the others", async () => {
    fixture.standIn.trouble(({ input }) =>
      input.some((text) => text.includes("canteen")) ? { status: 400 } : undefined,
    );
    await fixture.documents.ingest("manual", manual);
    expect(await count("passage_vectors")).toBe(2);
    expect((await best("Urlaub"))?.path).toBe("leave.md");
    expect((await best("soup"))?.path).toBe("menu.md");
    fixture.standIn.requests.length = 0;
    fixture.documents.vectors.wake();
    await fixture.documents.vectors.idle();
    expect(fixture.standIn.requests).toEqual([]);
  });

  test("serves the old model's vectors while the new one's are made, then forgets them", async () => {
    await fixture.documents.ingest("manual", manual);
    await fixture.documents.vectors.stop();
    fixture.standIn.trouble(({ model, input }) =>
      model === "new-model" && input.length > 1 ? { status: 503 } : undefined,
    );
    fixture.documents = openWithVectors(
      fixture.database,
      testEmbedder(fixture.standIn.url, "new-model"),
    );
    await fixture.documents.vectors.start();
    fixture.documents.vectors.wake();
    await fixture.documents.vectors.idle();
    fixture.standIn.requests.length = 0;
    expect((await best("Urlaub"))?.path).toBe("leave.md");
    expect(fixture.standIn.requests.find(({ input }) => input[0] === "Urlaub")?.model).toBe(
      "test-model",
    );

    fixture.standIn.trouble(undefined);
    await expect.poll(() => count("vector_sets")).toBe(1);
    await fixture.documents.vectors.idle();
    fixture.standIn.requests.length = 0;
    expect((await best("Urlaub"))?.path).toBe("leave.md");
    expect(fixture.standIn.requests.map(({ model }) => model)).toEqual(["new-model"]);
    expect(await count("passage_vectors")).toBe(3);
  });

  test("embeds everything again when the model of the same name gives vectors of another length", async () => {
    await fixture.documents.ingest("manual", manual);
    await fixture.documents.vectors.stop();
    const usual = testEmbedder(fixture.standIn.url);
    const embedder = { ...usual, ...usual.earlier(`${usual.name}@16`), name: usual.name };
    fixture.documents = openWithVectors(fixture.database, embedder);
    await fixture.documents.vectors.start();
    const { passages, degraded } = await fixture.documents.search("Urlaub", { limit: 3 });
    expect({ passages, degraded }).toEqual({ passages: [], degraded: ["embedder"] });
    await fixture.documents.vectors.idle();
    expect((await best("Urlaub"))?.path).toBe("leave.md");
    expect(await count("passage_vectors")).toBe(3);
    expect(await count("vector_sets")).toBe(1);
  });

  test("of two instances one embeds each passage", async () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      sections(`${index}.md`, { Entry: `Number ${index} of many.` }),
    );
    const other = openWithVectors(fixture.database, testEmbedder(fixture.standIn.url));
    fixture.standIn.trouble(() => undefined);
    const ingesting = fixture.documents.ingest("manual", many);
    await expect.poll(() => count("documents")).toBeGreaterThan(0);
    other.vectors.wake();
    await ingesting;
    await other.vectors.idle();
    const passages = fixture.standIn.texts().filter((text) => text.includes("of many"));
    expect(passages).toHaveLength(new Set(passages).size);
    await other.vectors.stop();
  });
});
