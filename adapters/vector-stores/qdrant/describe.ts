import type { Schemas } from "@qdrant/js-client-rest";
import { askJson } from "../../http/ask-json.ts";
import { createQdrantClient, qdrantHeaders, type QdrantOptions } from "./client.ts";
import { readCollection } from "./collection.ts";

/** Asks for the collection; a missing one is fine. @throws PortFailure */
export async function probeQdrant(options: QdrantOptions, signal: AbortSignal): Promise<void> {
  await readCollection(createQdrantClient(options), options.collection, signal);
}

/** The server's version, and the collection's vectors and number of points. @throws PortFailure */
export async function describeQdrant(
  options: QdrantOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { collection } = options;
  const info = await readCollection(createQdrantClient(options), collection, signal);
  const version = await readVersion(options, signal);
  if (info === undefined) return [version, `no collection ${collection} yet`];
  const { vectors = {}, sparse_vectors: sparse = {} } = info.config.params;
  const shapes = [
    ...("size" in vectors && typeof vectors.size === "number"
      ? [shapeOf("", vectors as Schemas["VectorParams"])]
      : Object.entries(vectors as Record<string, Schemas["VectorParams"]>).map(([name, params]) =>
          shapeOf(`${name} `, params),
        )),
    ...Object.keys(sparse ?? {}).map((name) => `${name} sparse`),
  ];
  return [version, `collection ${collection}`, ...shapes, `${info.points_count ?? 0} points`];
}

function shapeOf(name: string, { size, distance }: Schemas["VectorParams"]): string {
  return `${name}${size} ${distance}`;
}

/** `Qdrant` alone where the version cannot be read: some proxies forward only `/collections`. */
async function readVersion(options: QdrantOptions, signal: AbortSignal): Promise<string> {
  const said = await askJson({
    service: "the vector store",
    url: `${options.url.replace(/\/+$/, "")}/`,
    method: "GET",
    headers: qdrantHeaders(options),
    signal,
    timeout: 5000,
  }).catch(() => undefined);
  const version = (said as { version?: unknown } | undefined)?.version;
  return typeof version === "string" ? `Qdrant ${version}` : "Qdrant";
}
