import type { Schemas } from "@qdrant/js-client-rest";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type {
  FeatureWeight,
  VectorSet,
  VectorStore,
} from "../../../handlers/ports/vector-store.ts";
import { collectionPath, createQdrantClient, type QdrantOptions } from "./client.ts";
import {
  createCollection,
  createIndexes,
  denseVector,
  findCollection,
  termsVector,
} from "./collection.ts";

/** Points read for each hash: passages with the same text have one vector in common. */
const alikeAtMost = 4;

/**
 * Keeps vectors in Qdrant, each with its passage's terms as a sparse vector, so that one query searches both. A
 * point stands for a passage in every revision; the text stays in the database. Never writes to a
 * collection of another shape. Its methods throw PortFailure.
 */
export function createQdrantStore(options: QdrantOptions): VectorStore {
  const ask = createQdrantClient(options);
  /** By set. */
  const names = new Map<number, string>();

  /** @throws PortFailure `not_found` when the collection is gone */
  async function nameOf(set: VectorSet, signal: AbortSignal): Promise<string> {
    const name =
      names.get(set.id) ?? (await findCollection(ask, options.collection, set, signal))?.name;
    if (name === undefined) {
      throw new PortFailure("not_found", "the vector store's collection is gone", {
        retryable: true,
      });
    }
    names.set(set.id, name);
    return name;
  }

  async function inCollection(
    set: VectorSet,
    signal: AbortSignal,
    method: "POST" | "PUT",
    path: string,
    body: object,
  ): Promise<unknown> {
    const name = await nameOf(set, signal);
    try {
      return await ask(method, collectionPath(name, path), signal, body);
    } catch (error) {
      if (error instanceof PortFailure && error.code === "not_found") names.delete(set.id);
      throw error;
    }
  }

  return {
    name: "qdrant",
    async open(set, signal) {
      const found = await findCollection(ask, options.collection, set, signal);
      const name = found?.name ?? (await createCollection(ask, options.collection, set, signal));
      await createIndexes(ask, name, found?.info, signal);
      names.set(set.id, name);
      return found === undefined || found.info.points_count === 0 ? "empty" : "found";
    },
    async known(set, owners, signal) {
      const vector = denseVector(set);
      const hashes = owners.map(({ hash }) => hash);
      const body: Schemas["ScrollRequest"] = {
        filter: { must: [{ key: "hash", match: { any: hashes } }] },
        limit: hashes.length * alikeAtMost,
        with_payload: ["hash"],
        with_vector: [vector],
      };
      const result = await inCollection(set, signal, "POST", "/points/scroll", body);
      const vectors = new Map<string, Float32Array>();
      for (const point of (result as Schemas["ScrollResult"]).points) {
        const values = (point.vector as Record<string, number[]> | undefined)?.[vector];
        const hash = point.payload?.["hash"];
        if (values && typeof hash === "string") vectors.set(hash, Float32Array.from(values));
      }
      return vectors;
    },
    async write(set, points, signal) {
      const body: Schemas["PointsList"] = {
        points: points.map(({ id, number, documentId, hash, vector, features }) => ({
          id,
          vector: { [denseVector(set)]: [...vector], [termsVector]: sparse(features) },
          payload: { number, document_id: documentId, hash },
        })),
      };
      await inCollection(set, signal, "PUT", "/points?wait=true", body);
    },
    // By number: the point of a changed passage already has its new number and vector.
    async remove(set, numbers, signal) {
      const body: Schemas["FilterSelector"] = {
        filter: { must: [{ key: "number", match: { any: [...numbers] } }] },
      };
      await inCollection(set, signal, "POST", "/points/delete?wait=true", body);
    },
    async drop(set, signal) {
      const found = await findCollection(ask, options.collection, set, signal);
      if (found) await ask("DELETE", collectionPath(found.name), signal);
      names.delete(set.id);
    },
    async nearest(set, { vector, features, limit }, signal) {
      const dense = { query: [...vector], using: denseVector(set) };
      const lexical = { query: sparse(features), using: termsVector };
      // Candidates of both searches, ranked by dense similarity alone; the caller scores the words itself.
      const fused = {
        prefetch: [dense, lexical].map((query) => ({ ...query, limit: 2 * limit })),
        query: { fusion: "rrf" as const },
        limit: 2 * limit,
      };
      const body: Schemas["QueryRequest"] = {
        ...(features.length > 0 && { prefetch: fused }),
        ...dense,
        limit,
        with_payload: ["number"],
      };
      const result = await inCollection(set, signal, "POST", "/points/query", body);
      return (result as Schemas["QueryResponse"]).points.flatMap(({ id, payload, score }) => {
        const number = payload?.["number"];
        return typeof number === "number" ? [{ number, id: String(id), nearness: score }] : [];
      });
    },
  };
}

/** Qdrant's indices are unsigned 32-bit, PostgreSQL's integers signed. */
function sparse(features: readonly FeatureWeight[]): Schemas["SparseVector"] {
  return {
    indices: features.map(({ feature }) => feature >>> 0),
    values: features.map(({ weight }) => weight),
  };
}
