import type { Schemas } from "@qdrant/js-client-rest";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { ForeignCollection, ForeignPassage } from "../../../handlers/ports/vector-store.ts";
import { collectionPath, createQdrantClient, type QdrantOptions } from "./client.ts";
import { readCollection } from "./collection.ts";

/** Our field → the dotted path in a point's payload. */
export interface ForeignFields {
  readonly text: string;
  readonly path?: string;
  readonly title?: string;
  readonly url?: string;
  readonly heading_path?: string;
}

interface Shape {
  readonly size: number;
  /** Undefined: the collection's vectors have no name. */
  readonly using: string | undefined;
  readonly distance: Schemas["Distance"];
}

/** Searches a collection that another system filled; never writes. Its methods throw PortFailure, `invalid` where the collection does not fit. */
export function createForeignCollection(
  options: QdrantOptions & { readonly fields: ForeignFields },
): ForeignCollection {
  const { collection, fields } = options;
  const ask = createQdrantClient(options);
  let shape: Shape | undefined;

  async function readShape(signal: AbortSignal): Promise<Shape> {
    const info = await readCollection(ask, collection, signal);
    if (info === undefined) {
      throw mismatch("there is no collection of the name that QDRANT_COLLECTION gives");
    }
    return shapeOf(info);
  }

  return {
    name: "qdrant",
    async dimensions(signal) {
      shape ??= await readShape(signal);
      return shape.size;
    },
    async nearest({ vector, limit }, signal) {
      const { size, using, distance } = (shape ??= await readShape(signal));
      if (vector.length !== size) {
        throw mismatch(
          `the collection has vectors of ${size} dimensions and the embedder gives ${vector.length}: set the embedding model that filled it`,
        );
      }
      const body: Schemas["QueryRequest"] = {
        query: [...vector],
        limit,
        with_payload: Object.values(fields),
        ...(using !== undefined && { using }),
      };
      const path = collectionPath(collection, "/points/query");
      const result = (await ask("POST", path, signal, body)) as Schemas["QueryResponse"];
      return result.points.flatMap((point) => passageOf(point, fields, distance) ?? []);
    },
  };
}

function shapeOf({ config }: Schemas["CollectionInfo"]): Shape {
  const vectors = (config.params.vectors ?? {}) as Record<string, unknown>;
  const isNameless = typeof vectors["size"] === "number";
  const [named, ...more] = isNameless ? [[undefined, vectors] as const] : Object.entries(vectors);
  const { size, distance = "Cosine" } = (named?.[1] ?? {}) as Partial<Schemas["VectorParams"]>;
  if (named === undefined || size === undefined || more.length > 0) {
    throw mismatch("the collection must have one kind of dense vector");
  }
  return { size, using: named[0], distance };
}

function passageOf(
  { id, payload, score }: Schemas["ScoredPoint"],
  fields: ForeignFields,
  distance: Schemas["Distance"],
): ForeignPassage | undefined {
  const at = (path: string | undefined): unknown =>
    path?.split(".").reduce<unknown>((value, name) => {
      const isObject = typeof value === "object" && value !== null;
      return isObject ? (value as Record<string, unknown>)[name] : undefined;
    }, payload ?? {});
  const words = (path: string | undefined): string => {
    const value = at(path);
    return typeof value === "string" ? value : "";
  };
  const text = words(fields.text);
  if (text === "") return undefined;
  const headings = at(fields.heading_path);
  const headingPath = (Array.isArray(headings) ? headings : [headings]).filter(
    (heading): heading is string => typeof heading === "string" && heading !== "",
  );
  const path = words(fields.path);
  const title = words(fields.title) || headingPath[0] || path;
  const url = words(fields.url) || null;
  return {
    id: String(id),
    path,
    title,
    url,
    headingPath,
    text,
    nearness: nearnessOf(score, distance),
  };
}

/** The cosine behind Qdrant's score, for vectors of length 1; Manhattan's has none and gives an order only. */
function nearnessOf(score: number, distance: Schemas["Distance"]): number {
  if (distance === "Euclid") return 1 - score ** 2 / 2;
  return distance === "Manhattan" ? 1 / (1 + score) : score;
}

function mismatch(message: string): PortFailure {
  return new PortFailure("invalid", message, { retryable: false });
}
