import type { Schemas } from "@qdrant/js-client-rest";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { ForeignCollection, ForeignPassage } from "../../../handlers/ports/vector-store.ts";
import { collectionPath, createQdrantClient, type QdrantOptions } from "./client.ts";
import { readCollection } from "./collection.ts";
import { foreignPassageOf, textAt, type ForeignFields } from "./foreign-passage.ts";
import { createTroubleMemory, ForeignMismatch, type ForeignTrouble } from "./foreign-mismatch.ts";

interface Shape {
  readonly size: number;
  /** Undefined: the collection's vectors have no name. */
  readonly using: string | undefined;
  readonly distance: Schemas["Distance"];
}

/** A foreign collection that can be tried. */
export interface CheckedCollection extends ForeignCollection {
  /** Reads the collection's shape and a few points. @throws PortFailure ForeignMismatch where the settings do not fit */
  check(signal: AbortSignal): Promise<void>;
  /** What the latest search or check met; undefined: nothing. */
  trouble(): ForeignTrouble | undefined;
}

/** Points that `check` reads. */
const sampled = 20;

/**
 * Searches a collection that another system filled; never writes. Its methods throw PortFailure, ForeignMismatch
 * (`invalid`) where the settings do not fit the collection.
 */
export function createForeignCollection(
  options: QdrantOptions & { readonly fields: ForeignFields },
): CheckedCollection {
  const { collection, fields } = options;
  const ask = createQdrantClient(options);
  const memory = createTroubleMemory();
  let shape: Shape | undefined;

  async function readShape(signal: AbortSignal): Promise<Shape> {
    const info = await readCollection(ask, collection, signal);
    if (info !== undefined) return shapeOf(info);
    throw collectionMissing();
  }

  async function askForPoints(path: string, body: object, signal: AbortSignal): Promise<unknown> {
    try {
      return await ask("POST", collectionPath(collection, path), signal, body);
    } catch (error) {
      const code = error instanceof PortFailure ? error.code : undefined;
      // The collection may have been made anew with another shape.
      if (code === "invalid" || code === "not_found") shape = undefined;
      throw code === "not_found" ? collectionMissing() : error;
    }
  }

  async function search(
    { vector, limit }: Parameters<ForeignCollection["nearest"]>[0],
    signal: AbortSignal,
  ): Promise<ForeignPassage[]> {
    const { size, using, distance } = (shape ??= await readShape(signal));
    if (vector.length !== size) {
      const message = `the collection has vectors of ${size} dimensions and the embedder gives ${vector.length}: set the embedding model that filled it`;
      shape = undefined;
      throw new ForeignMismatch("vectors_mismatch", message);
    }
    const body: Schemas["QueryRequest"] = {
      query: [...vector],
      limit,
      with_payload: Object.values(fields),
      ...(using !== undefined && { using }),
    };
    const result = await askForPoints("/points/query", body, signal);
    const { points } = result as Schemas["QueryResponse"];
    const passages = points.flatMap((point) => foreignPassageOf(point, fields, distance) ?? []);
    if (points.length > 0 && passages.length === 0) throw payloadMismatch(fields);
    return passages;
  }

  async function check(signal: AbortSignal): Promise<void> {
    shape = await readShape(signal);
    const body: Schemas["ScrollRequest"] = { limit: sampled, with_payload: [fields.text] };
    const result = await askForPoints("/points/scroll", body, signal);
    const { points } = result as Schemas["ScrollResult"];
    const hasText = points.some(({ payload }) => textAt(payload, fields.text) !== "");
    if (points.length > 0 && !hasText) throw payloadMismatch(fields);
  }

  return {
    name: "qdrant",
    async dimensions(signal) {
      shape ??= await memory.of(readShape(signal));
      return shape.size;
    },
    nearest: (query, signal) => memory.of(search(query, signal)),
    check: (signal) => memory.of(check(signal), "vectors_mismatch"),
    trouble: memory.current,
  };
}

function shapeOf({ config }: Schemas["CollectionInfo"]): Shape {
  const vectors = (config.params.vectors ?? {}) as Record<string, unknown>;
  const isNameless = typeof vectors["size"] === "number";
  const [named, ...more] = isNameless ? [[undefined, vectors] as const] : Object.entries(vectors);
  const { size, distance = "Cosine" } = (named?.[1] ?? {}) as Partial<Schemas["VectorParams"]>;
  if (named === undefined || size === undefined || more.length > 0) {
    const message = "the collection must have one kind of dense vector";
    throw new ForeignMismatch("vectors_mismatch", message);
  }
  return { size, using: named[0], distance };
}

function collectionMissing(): ForeignMismatch {
  const message = "there is no collection of the name that QDRANT_COLLECTION gives";
  return new ForeignMismatch("collection_missing", message);
}

function payloadMismatch({ text }: ForeignFields): ForeignMismatch {
  const message = `no point of the collection has a text in ${text}: correct text=… in QDRANT_PAYLOAD`;
  return new ForeignMismatch("payload_mismatch", message);
}
