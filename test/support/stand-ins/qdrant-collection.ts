import type { Schemas } from "@qdrant/js-client-rest";
import {
  fuseByDistribution,
  fuseByRank,
  isSparse,
  scoreDense,
  scoreSparse,
  type PointId,
  type Scored,
  type StoredPoint,
} from "./qdrant-scores.ts";

/** An error that Qdrant answers with a status of 400. */
export class WrongInput extends Error {}

type Named = Readonly<Record<string, Schemas["VectorParams"]>>;
type Query = Schemas["QueryRequest"] | Schemas["Prefetch"];

/** One collection with real vectors, searched without an index. */
export class StandInCollection {
  readonly #config: Schemas["CreateCollection"];
  readonly #points = new Map<PointId, StoredPoint>();
  readonly #indexes = new Map<string, Schemas["PayloadIndexInfo"]>();

  constructor(config: Schemas["CreateCollection"]) {
    this.#config = config;
  }

  info(): Schemas["CollectionInfo"] {
    const { vectors = {}, sparse_vectors } = this.#config;
    return {
      status: "green",
      optimizer_status: "ok",
      indexed_vectors_count: 0,
      points_count: this.#points.size,
      segments_count: 1,
      config: {
        params: { vectors, ...(sparse_vectors && { sparse_vectors }) },
        hnsw_config: { m: 16, ef_construct: 100, full_scan_threshold: 10_000 },
        optimizer_config: {
          deleted_threshold: 0.2,
          vacuum_min_vector_number: 1000,
          default_segment_number: 0,
          flush_interval_sec: 5,
        },
      },
      payload_schema: Object.fromEntries(this.#indexes),
    };
  }

  index({ field_name, field_schema }: Schemas["CreateFieldIndex"]): void {
    if (typeof field_schema !== "string")
      throw new WrongInput("Bad request: no plain field schema");
    this.#indexes.set(field_name, { data_type: field_schema, points: this.#points.size });
  }

  upsert(points: readonly Schemas["PointStruct"][]): void {
    for (const { id, vector, payload } of points) {
      const given = Array.isArray(vector) ? { "": vector } : (vector as StoredPoint["vectors"]);
      for (const [name, values] of Object.entries(given)) {
        if (Array.isArray(values)) this.#checkLength(name, values as number[]);
        else if (!this.#config.sparse_vectors?.[name]) throw unknownVector(name);
        else checkSparse(values as Schemas["SparseVector"]);
      }
      const vectors = Object.fromEntries(
        Object.entries(given).map(([name, values]) => [
          name,
          this.#asStored(name, values as number[]),
        ]),
      );
      this.#points.set(id, { id, vectors, payload: payload ?? {} });
    }
  }

  remove(selector: Schemas["PointsSelector"]): void {
    const doomed =
      "points" in selector ? selector.points : this.matching(selector.filter).map(({ id }) => id);
    for (const id of doomed) this.#points.delete(id);
  }

  read(id: PointId): StoredPoint | undefined {
    return this.#points.get(id);
  }

  /**
   * The points that match a filter, by id. As in strict mode, a filter on a field without an index is refused.
   */
  matching(filter: Schemas["Filter"] | null | undefined): StoredPoint[] {
    const all = [...this.#points.values()].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    if (!filter) return all;
    const { must, should, must_not } = filter;
    return all.filter(
      (point) =>
        list(must).every((condition) => this.#holds(point, condition)) &&
        (list(should).length === 0 || list(should).some((each) => this.#holds(point, each))) &&
        !list(must_not).some((condition) => this.#holds(point, condition)),
    );
  }

  query(query: Query): Scored[] {
    const limit = query.limit ?? 10;
    const prefetched = query.prefetch
      ? [query.prefetch].flat().map((each) => this.query(each))
      : [];
    const found = new Set(prefetched.flat().map(({ point }) => point));
    const among = this.matching(query.filter).filter((p) => !query.prefetch || found.has(p));
    return this.#score(query, among, prefetched).slice(0, limit);
  }

  #score(query: Query, among: readonly StoredPoint[], prefetched: Scored[][]): Scored[] {
    const asked = query.query;
    const name = query.using ?? "";
    if (Array.isArray(asked)) {
      const values = asked as number[];
      const { distance } = this.#checkLength(name, values);
      return scoreDense(among, name, values, distance);
    }
    if (isSparse(asked)) {
      const sparse = this.#config.sparse_vectors?.[name];
      if (!sparse) throw unknownVector(name);
      checkSparse(asked);
      return scoreSparse(among, [...this.#points.values()], name, asked, sparse.modifier === "idf");
    }
    if (typeof asked === "object" && asked !== null && prefetched.length > 0) {
      if ("fusion" in asked && asked.fusion === "dbsf") return fuseByDistribution(prefetched);
      if ("fusion" in asked) return fuseByRank(prefetched, 2);
      if ("rrf" in asked) {
        return fuseByRank(prefetched, (asked as Schemas["RrfQuery"]).rrf.k ?? 2);
      }
    }
    throw new WrongInput("Bad request: this stand-in does not know such a query");
  }

  #holds(point: StoredPoint, condition: Schemas["Condition"]): boolean {
    if ("has_id" in condition) return (condition.has_id as PointId[]).includes(point.id);
    if (!("key" in condition) || !condition.match) throw new WrongInput("Bad request: condition");
    const { key, match } = condition;
    if (!this.#indexes.has(key)) {
      throw new WrongInput(`Bad request: Index required but not found for "${key}"`);
    }
    const values = [point.payload[key]].flat();
    if ("any" in match) return values.some((value) => (match.any as unknown[]).includes(value));
    return "value" in match && values.includes(match.value);
  }

  #checkLength(name: string, values: readonly number[]): Schemas["VectorParams"] {
    const vectors = this.#config.vectors ?? {};
    const params = typeof vectors["size"] === "number" ? { "": vectors } : vectors;
    const wanted = (params as Named)[name];
    if (!wanted) throw unknownVector(name);
    if (values.length === wanted.size) return wanted;
    const message = `Wrong input: Vector dimension error: expected dim: ${wanted.size}, got ${values.length}`;
    throw new WrongInput(message);
  }

  /** Cosine vectors are stored, and returned, with length 1. */
  #asStored(name: string, values: readonly number[] | Schemas["SparseVector"]) {
    if (isSparse(values) || this.#checkLength(name, values).distance !== "Cosine") return values;
    const length = Math.hypot(...values);
    return values.map((value) => value / length);
  }
}

function list(conditions: Schemas["Filter"]["must"]): Schemas["Condition"][] {
  return [conditions ?? []].flat();
}

function unknownVector(name: string): WrongInput {
  return new WrongInput(`Wrong input: Not existing vector name error: ${name}`);
}

function checkSparse({ indices, values }: Schemas["SparseVector"]): void {
  const isSound = indices.length === values.length && new Set(indices).size === indices.length;
  if (!isSound) throw new WrongInput("Wrong input: indices must be unique and as many as values");
}
