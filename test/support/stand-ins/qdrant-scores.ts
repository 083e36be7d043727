import type { Schemas } from "@qdrant/js-client-rest";

export type PointId = string | number;

export interface StoredPoint {
  readonly id: PointId;
  /** Vectors by name; an unnamed one is "". */
  readonly vectors: Readonly<Record<string, readonly number[] | Schemas["SparseVector"]>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Scored {
  readonly point: StoredPoint;
  readonly score: number;
}

export function isSparse(vector: unknown): vector is Schemas["SparseVector"] {
  return typeof vector === "object" && vector !== null && "indices" in vector;
}

/** The cosine, dot product or distance of every point with the vector, best first. */
export function scoreDense(
  points: readonly StoredPoint[],
  name: string,
  query: readonly number[],
  distance: Schemas["Distance"],
): Scored[] {
  const scored = points.flatMap((point) => {
    const vector = point.vectors[name];
    if (!Array.isArray(vector)) return [];
    const values = vector as readonly number[];
    const score = {
      Cosine: () => dot(values, query) / (Math.hypot(...values) * Math.hypot(...query)),
      Dot: () => dot(values, query),
      Euclid: () => -Math.hypot(...values.map((value, index) => value - (query[index] ?? 0))),
      Manhattan: () =>
        -values.reduce((sum, value, at) => sum + Math.abs(value - (query[at] ?? 0)), 0),
    }[distance]();
    return [{ point, score }];
  });
  return scored.sort(byScore);
}

/** The dot product, weighted with each feature's rarity in the collection if `idf` is set. */
export function scoreSparse(
  points: readonly StoredPoint[],
  all: readonly StoredPoint[],
  name: string,
  query: Schemas["SparseVector"],
  idf: boolean,
): Scored[] {
  const having = new Map<number, number>();
  let count = 0;
  for (const { vectors } of all) {
    const vector = vectors[name];
    if (!isSparse(vector)) continue;
    count += 1;
    for (const index of vector.indices) having.set(index, (having.get(index) ?? 0) + 1);
  }
  const asked = new Map(query.indices.map((index, at) => [index, query.values[at] ?? 0]));
  const scored = points.flatMap((point) => {
    const vector = point.vectors[name];
    if (!isSparse(vector)) return [];
    let score = 0;
    let met = 0;
    for (const [at, index] of vector.indices.entries()) {
      const weight = asked.get(index);
      if (weight === undefined) continue;
      const has = having.get(index) ?? 0;
      const rarity = idf ? Math.log(1 + (count - has + 0.5) / (has + 0.5)) : 1;
      score += weight * rarity * (vector.values[at] ?? 0);
      met += 1;
    }
    return met === 0 ? [] : [{ point, score }];
  });
  return scored.sort(byScore);
}

/** Reciprocal rank fusion: 1 / (k + rank), ranks from 0. */
export function fuseByRank(lists: readonly (readonly Scored[])[], k: number): Scored[] {
  return addUp(
    lists.map((list) => list.map(({ point }, rank) => ({ point, score: 1 / (k + rank) }))),
  );
}

/**
 * Distribution-based fusion: scales each list's scores so that three standard deviations below and above their
 * mean become 0 and 1.
 */
export function fuseByDistribution(lists: readonly (readonly Scored[])[]): Scored[] {
  const normalised = lists.map((list) => {
    const mean = list.reduce((total, { score }) => total + score, 0) / list.length;
    const squares = list.reduce((total, { score }) => total + (score - mean) ** 2, 0);
    const deviation = Math.sqrt(squares / Math.max(1, list.length - 1));
    const place = (score: number) =>
      deviation === 0 ? 0.5 : (score - mean + 3 * deviation) / (6 * deviation);
    return list.map(({ point, score }) => ({ point, score: place(score) }));
  });
  return addUp(normalised);
}

function addUp(lists: readonly (readonly Scored[])[]): Scored[] {
  const totals = new Map<PointId, Scored>();
  for (const { point, score } of lists.flat()) {
    totals.set(point.id, { point, score: (totals.get(point.id)?.score ?? 0) + score });
  }
  return [...totals.values()].sort(byScore);
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((total, value, index) => total + value * (other[index] ?? 0), 0);
}

/** Equal scores are ordered by id, so that answers are repeatable. */
function byScore(one: Scored, other: Scored): number {
  return other.score - one.score || (String(one.point.id) < String(other.point.id) ? -1 : 1);
}
