import { describe, expect, onTestFinished, test } from "vitest";
import type { Database } from "../../../handlers/ports/database.ts";
import { createSearch } from "../../../handlers/documents/search/search.ts";
import { sections } from "../../support/apps/documents.ts";
import { manual, openWithVectors, testEmbedder, useVectors } from "../../support/apps/vectors.ts";

const fixture = useVectors();

const best = async (query: string) =>
  (await fixture.documents.search(query, { limit: 3 })).passages[0];

describe("search by meaning", () => {
  test("finds by a word that means the same what words alone do not find", async () => {
    await fixture.documents.ingest("manual", manual);
    const words = await createSearch(fixture.database)("Urlaub", { limit: 3 });
    expect(words.passages).toEqual([]);
    expect((await best("Urlaub"))?.path).toBe("leave.md");
    expect((await best("Wagen"))?.path).toBe("car.md");
  });

  test("answers as before while nothing is embedded yet, and says so where the embedder is out", async () => {
    expect((await fixture.documents.search("soup at noon", { limit: 3 })).degraded).toEqual([]);
    fixture.standIn.trouble(() => ({ status: 503 }));
    await fixture.documents.ingest("manual", manual);
    const query = "soup at noon";
    const lexical = await createSearch(fixture.database)(query, { limit: 3, explain: true });
    expect(await fixture.documents.search(query, { limit: 3, explain: true })).toEqual({
      ...lexical,
      degraded: ["embedder"],
    });
  });

  test("waits for the vectors to be looked up in the first moments, and says so if that takes long", async () => {
    await fixture.documents.ingest("manual", manual);
    const held = holding(fixture.database, "from vector_sets");
    const embedder = testEmbedder(fixture.standIn.url);
    const starting = openWithVectors(held, embedder);
    const hasty = openWithVectors(held, embedder, { hasty: "vector_store" });
    onTestFinished(async () => {
      held.release();
      await Promise.all([starting.vectors.stop(), hasty.vectors.stop()]);
    });
    void starting.vectors.start();
    void hasty.vectors.start();
    const early = starting.search("Urlaub", { limit: 3 });
    const { passages, degraded } = await hasty.search("soup at noon", { limit: 3 });
    expect(passages[0]?.path).toBe("menu.md");
    expect(degraded).toEqual(["vector_store"]);
    held.release();
    expect((await early).passages[0]?.path).toBe("leave.md");
    expect((await starting.search("soup at noon", { limit: 3 })).degraded).toEqual([]);
  });

  test("finds documents by their beginnings while the rest is still to be embedded", async () => {
    const later = {
      Later: `A second section, long enough to stand alone. ${"Filler. ".repeat(300)}`,
    };
    // What is not a beginning is turned down for now.
    fixture.standIn.trouble(({ input }) =>
      input.some((text) => text.includes("second section")) ? { status: 503 } : undefined,
    );
    await fixture.documents.ingest("manual", [
      sections("car.md", {
        Insurance: `Your automobile is insured. ${"Filler. ".repeat(300)}`,
        ...later,
      }),
      sections("leave.md", {
        Leave: `Thirty days of vacation. ${"Filler. ".repeat(300)}`,
        ...later,
      }),
    ]);
    expect((await best("Urlaub"))?.path).toBe("leave.md");
    expect((await best("Wagen"))?.path).toBe("car.md");
    const texts = fixture.standIn.texts().map((text) => text.includes("second section"));
    expect(texts.slice(0, 3)).toEqual([false, false, false]);
    expect(texts).toContain(true);
  });

  test("takes two round trips to the database and no more than 256 KB", async () => {
    const text = Array.from({ length: 300 }, (_, word) => `common${word % 150} and`).join(" ");
    const many = Array.from({ length: 200 }, (_, index) =>
      sections(`${index}.md`, { Entry: `${text} rare${index}` }),
    );
    await fixture.documents.ingest("manual", many);
    const counting = countingCalls(fixture.database);
    const search = createSearch(counting, fixture.documents.vectors.semanticSearch);
    const { passages, explanation } = await search(`${text.slice(0, 1500)} rare17`, {
      limit: 10,
      explain: true,
    });
    expect(passages).toHaveLength(10);
    expect(counting.calls).toBe(2);
    expect(counting.bytes).toBeLessThanOrEqual(256 * 1024);
    expect(explanation?.round_trips).toBe(2);
  });

  test("gives scores between 0 and 1, the best first, and says how near each passage is", async () => {
    await fixture.documents.ingest("manual", manual);
    const { passages } = await fixture.documents.search("days of vacation", { limit: 3 });
    for (const { nearness } of passages) expect(nearness).toBeLessThanOrEqual(1);
    const scores = passages.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((one, other) => other - one));
    for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
  });

  test.each(["", "   ", "🎉", "?!", "\u0000", "\uD800", "'; drop table passage_vectors; --"])(
    "takes %j for a question like any other",
    async (query) => {
      await fixture.documents.ingest("manual", manual);
      const { degraded, passages } = await fixture.documents.search(query, { limit: 5 });
      expect(degraded).toEqual([]);
      for (const { score } of passages) expect(score).toBeGreaterThanOrEqual(0);
    },
  );

  test("goes on by words alone when somebody has taken the vectors away", async () => {
    await fixture.documents.ingest("manual", manual);
    await fixture.database.query({ text: "drop table passage_vectors", values: [] });
    const { passages, degraded } = await fixture.documents.search("soup at noon", { limit: 3 });
    expect(passages[0]?.path).toBe("menu.md");
    expect(degraded).toEqual(["vector_store"]);
  });
});

/** Answers statements that contain `part` only once they are released. */
function holding(inner: Database, part: string) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const port: Database = {
    async query(statement) {
      if (statement.text.includes(part)) await released;
      return inner.query(statement);
    },
    batch: (statements) => inner.batch(statements),
  };
  return { ...port, release };
}

/** Counts what crosses the port, rows as JSON. */
function countingCalls(inner: Database) {
  const counted = { calls: 0, bytes: 0 };
  const note = <Rows>(rows: Rows): Rows => {
    counted.calls += 1;
    counted.bytes += new TextEncoder().encode(JSON.stringify(rows)).length;
    return rows;
  };
  const port: Database = {
    query: async (statement) => note(await inner.query(statement)),
    batch: async (statements) => note(await inner.batch(statements)),
  };
  return Object.assign(counted, port);
}
