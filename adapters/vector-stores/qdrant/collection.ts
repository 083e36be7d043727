import type { Schemas } from "@qdrant/js-client-rest";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { VectorSet } from "../../../handlers/ports/vector-store.ts";
import { collectionPath, type AskQdrant } from "./client.ts";

/** The name of the sparse vector that holds a passage's terms. */
export const termsVector = "terms";

/** A point's payload fields and their indexes. */
const payloadIndexes = { number: "integer", document_id: "keyword", hash: "keyword" } as const;

/** The name of a set's dense vectors, made from the model's, so that two models' are kept apart. */
export function denseVector({ model }: VectorSet): string {
  return model
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

/**
 * The collection that holds a set: the wanted name, or the wanted name with the model's. Undefined where
 * there is none. @throws PortFailure
 */
export async function findCollection(
  ask: AskQdrant,
  wanted: string,
  set: VectorSet,
  signal: AbortSignal,
): Promise<{ name: string; info: Schemas["CollectionInfo"] } | undefined> {
  for (const name of [besides(wanted, set), wanted]) {
    const info = await readCollection(ask, name, signal);
    if (info && isFor(info, set)) return { name, info };
  }
  return undefined;
}

/** Creates the collection of a set and returns its name; one of another shape keeps the wanted name. @throws PortFailure */
export async function createCollection(
  ask: AskQdrant,
  wanted: string,
  set: VectorSet,
  signal: AbortSignal,
): Promise<string> {
  const isTaken = (await readCollection(ask, wanted, signal)) !== undefined;
  const name = isTaken ? besides(wanted, set) : wanted;
  const body: Schemas["CreateCollection"] = {
    vectors: { [denseVector(set)]: { size: set.dimensions, distance: "Cosine" } },
    sparse_vectors: { [termsVector]: { modifier: "idf" } },
  };
  await ask("PUT", collectionPath(name), signal, body);
  return name;
}

/** Adds the payload indexes that a collection lacks, perhaps after an interrupted creation. @throws PortFailure */
export async function createIndexes(
  ask: AskQdrant,
  name: string,
  info: Schemas["CollectionInfo"] | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (const [field, type] of Object.entries(payloadIndexes)) {
    if (info?.payload_schema[field] !== undefined) continue;
    const body: Schemas["CreateFieldIndex"] = { field_name: field, field_schema: type };
    await ask("PUT", collectionPath(name, "/index?wait=true"), signal, body);
  }
}

/** Qdrant's description of a collection; undefined where there is none. @throws PortFailure */
export async function readCollection(
  ask: AskQdrant,
  name: string,
  signal: AbortSignal,
): Promise<Schemas["CollectionInfo"] | undefined> {
  try {
    return (await ask("GET", collectionPath(name), signal)) as Schemas["CollectionInfo"];
  } catch (error) {
    if (error instanceof PortFailure && error.code === "not_found") return undefined;
    throw error;
  }
}

function besides(wanted: string, set: VectorSet): string {
  return `${wanted}-${denseVector(set)}`;
}

function isFor({ config }: Schemas["CollectionInfo"], set: VectorSet): boolean {
  const dense = config.params.vectors as Record<string, { size?: number }> | undefined;
  const hasTerms = config.params.sparse_vectors?.[termsVector] !== undefined;
  return hasTerms && dense?.[denseVector(set)]?.size === set.dimensions;
}
