import { QdrantClient } from "@qdrant/js-client-rest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startQdrantStandIn, type QdrantStandIn } from "../../support/stand-ins/qdrant-stand-in.ts";

const [north, east, between, nowhere] = [
  "00000000-0000-4000-8000-000000000001",
  "00000000-0000-4000-8000-000000000002",
  "00000000-0000-4000-8000-000000000003",
  "00000000-0000-4000-8000-000000000004",
] as const;

let standIn: QdrantStandIn;
let client: QdrantClient;
beforeAll(async () => {
  standIn = await startQdrantStandIn({ apiKey: "a key", prefix: "/behind/a/proxy" });
  const { hostname, port } = new URL(standIn.url);
  client = new QdrantClient({
    host: hostname,
    port: Number(port),
    prefix: "/behind/a/proxy",
    https: false,
    apiKey: "a key",
  });
  await client.createCollection("places", {
    vectors: { dense: { size: 2, distance: "Cosine" } },
    sparse_vectors: { terms: { modifier: "idf" } },
  });
  await client.createPayloadIndex("places", { field_name: "kind", field_schema: "keyword" });
  await client.upsert("places", {
    wait: true,
    points: [
      point(north, [0, 3], [1, 2], "town"),
      point(east, [4, 0], [1], "town"),
      point(between, [1, 1], [1, 3], "village"),
    ],
  });
});
afterAll(() => standIn.close());

const ids = (points: readonly { id: string | number }[]) => points.map(({ id }) => id);

describe("Qdrant's stand-in, asked by Qdrant's own client", () => {
  test("finds the nearest by angle, whatever their length", async () => {
    const { points } = await client.query("places", { query: [0, 1], using: "dense", limit: 3 });
    expect(ids(points)).toEqual([north, between, east]);
    expect(points.map(({ score }) => score.toFixed(4))).toEqual(["1.0000", "0.7071", "0.0000"]);
  });

  test("counts a rare term for more than a common one", async () => {
    const query = { indices: [1, 3], values: [1, 1] };
    const { points } = await client.query("places", { query, using: "terms", limit: 3 });
    expect(points[0]?.id).toBe(between);
    const rare = Math.log(1 + (3 - 1 + 0.5) / 1.5);
    const common = Math.log(1 + 0.5 / 3.5);
    expect(points[0]?.score).toBeCloseTo(rare + common, 6);
    expect(points[1]?.score).toBeCloseTo(common, 6);
  });

  test.each(["rrf", "dbsf"] as const)("fuses two rankings by %s", async (fusion) => {
    const { points } = await client.query("places", {
      prefetch: [
        { query: [0, 1], using: "dense", limit: 3 },
        { query: { indices: [2], values: [1] }, using: "terms", limit: 3 },
      ],
      query: { fusion },
      limit: 2,
    });
    expect(ids(points)).toEqual([north, between]);
    if (fusion === "rrf") expect(points.map(({ score }) => score)).toEqual([1, 1 / 3]);
  });

  test("filters by what has a payload index, and refuses what has none", async () => {
    const towns = { must: [{ key: "kind", match: { value: "town" } }] };
    const { points } = await client.query("places", {
      query: [1, 1],
      using: "dense",
      filter: towns,
    });
    expect(new Set(ids(points))).toEqual(new Set([north, east]));
    expect(await client.count("places", { filter: towns })).toEqual({ count: 2 });
    const other = { must: [{ key: "colour", match: { value: "red" } }] };
    await expect(client.count("places", { filter: other })).rejects.toMatchObject({ status: 400 });
  });

  test("scrolls page by page, reads by id and removes", async () => {
    const first = await client.scroll("places", { limit: 2, with_vector: ["dense"] });
    expect(ids(first.points)).toEqual([north, east]);
    expect(first.points[0]?.vector).toEqual({ dense: [0, 1] });
    const rest = await client.scroll("places", {
      limit: 2,
      offset: first.next_page_offset as string,
    });
    expect(ids(rest.points)).toEqual([between]);
    await client.upsert("places", { points: [point(nowhere, [1, 0], [9], "ruin")] });
    await client.delete("places", {
      filter: { must: [{ key: "kind", match: { any: ["ruin"] } }] },
    });
    const read = await client.retrieve("places", { ids: [north, nowhere], with_payload: true });
    expect(read).toEqual([{ id: north, payload: { kind: "town" } }]);
  });

  test("tells a collection's shape, and that there is none", async () => {
    const info = await client.getCollection("places");
    expect(info.points_count).toBe(3);
    expect(info.config.params.vectors).toEqual({ dense: { size: 2, distance: "Cosine" } });
    expect(info.payload_schema["kind"]?.data_type).toBe("keyword");
    expect(await client.collectionExists("places")).toEqual({ exists: true });
    await expect(client.getCollection("none")).rejects.toMatchObject({ status: 404 });
  });

  test("refuses vectors of another length, and whoever has no key", async () => {
    const wrong = client.query("places", { query: [1, 2, 3], using: "dense" });
    await expect(wrong).rejects.toMatchObject({ status: 400 });
    const response = await fetch(`${standIn.url}/collections/places`);
    expect(response.status).toBe(401);
  });
});

function point(id: string, dense: number[], indices: number[], kind: string) {
  const terms = { indices, values: indices.map(() => 1) };
  return { id, vector: { dense, terms }, payload: { kind } };
}
