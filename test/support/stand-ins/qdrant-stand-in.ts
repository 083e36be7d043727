import type { Schemas } from "@qdrant/js-client-rest";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { StandInCollection, WrongInput } from "./qdrant-collection.ts";
import { createExchangeCheck } from "./qdrant-openapi.ts";
import type { PointId, StoredPoint } from "./qdrant-scores.ts";

export interface QdrantStandIn {
  readonly url: string;
  /** Method and path, without the query, of every request so far. */
  readonly requests: string[];
  readonly collections: Map<string, StandInCollection>;
  /** @throws Error when a request or an answer did not fit Qdrant's OpenAPI document */
  close(): Promise<void>;
}

type Answer = { readonly status?: number; readonly result?: unknown; readonly error?: string };

/**
 * Stands in for a Qdrant server, which cannot run here: the part of the documented HTTP interface that Docent
 * uses, on real vectors with real scores. The official client is tested against it, and every exchange is
 * checked against Qdrant's OpenAPI document if QDRANT_OPENAPI names it.
 */
export async function startQdrantStandIn({
  apiKey,
  prefix = "",
}: { apiKey?: string; prefix?: string } = {}): Promise<QdrantStandIn> {
  const check = createExchangeCheck();
  const collections = new Map<string, StandInCollection>();
  const requests: string[] = [];
  const faults: string[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const { pathname } = new URL(incoming.url ?? "/", "http://stand-in");
      const method = incoming.method ?? "GET";
      const text = await readText(incoming);
      requests.push(`${method} ${pathname}`);
      if (!pathname.startsWith(prefix)) return outgoing.writeHead(404).end("404 page not found");
      if (apiKey !== undefined && incoming.headers["api-key"] !== apiKey) {
        return outgoing
          .writeHead(401)
          .end("Must provide an API key or an Authorization bearer token");
      }
      const path = pathname.slice(prefix.length) || "/";
      const request = text === "" ? undefined : (JSON.parse(text) as object);
      const { status = 200, result, error } = answer(collections, method, path, request);
      const body = JSON.parse(
        JSON.stringify(
          path === "/"
            ? result
            : { result, status: error === undefined ? "ok" : { error }, time: 0.001 },
        ),
      ) as unknown;
      if (check && status !== 405) {
        faults.push(...check({ method, path, request, status, response: body }));
      }
      outgoing.writeHead(status, { "content-type": "application/json" });
      outgoing.end(JSON.stringify(body));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    requests,
    collections,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      if (faults.length > 0) throw new Error(`not Qdrant's: ${faults.slice(0, 5).join("; ")}`);
    },
  };
}

function answer(
  collections: Map<string, StandInCollection>,
  method: string,
  path: string,
  body: object | undefined,
): Answer {
  if (path === "/")
    return { result: { title: "qdrant - vector search engine", version: "1.19.0" } };
  const [, top, encoded = "", ...rest] = path.split("/");
  if (top !== "collections") return { status: 404, error: "Not found" };
  const name = decodeURIComponent(encoded);
  if (name === "") {
    return { result: { collections: [...collections.keys()].map((each) => ({ name: each })) } };
  }
  const collection = collections.get(name);
  const operation = `${method} ${rest.join("/")}`;
  if (operation === "GET exists") return { result: { exists: collection !== undefined } };
  if (operation === "PUT ") {
    if (collection) {
      return { status: 409, error: `Wrong input: Collection \`${name}\` already exists!` };
    }
    collections.set(name, new StandInCollection(body as Schemas["CreateCollection"]));
    return { result: true };
  }
  if (operation === "DELETE ") return { result: collections.delete(name) };
  if (!collection) {
    return { status: 404, error: `Not found: Collection \`${name}\` doesn't exist!` };
  }
  try {
    return { result: answerFrom(collection, operation, body) };
  } catch (error) {
    if (error instanceof WrongInput) return { status: 400, error: error.message };
    throw error;
  }
}

function answerFrom(collection: StandInCollection, operation: string, body: object = {}): unknown {
  const done = { operation_id: 1, status: "completed" };
  switch (operation) {
    case "GET ":
      return collection.info();
    case "PUT index":
      collection.index(body as Schemas["CreateFieldIndex"]);
      return done;
    case "PUT points":
      collection.upsert((body as Schemas["PointsList"]).points);
      return done;
    case "POST points/delete":
      collection.remove(body as Schemas["PointsSelector"]);
      return done;
    case "POST points": {
      const request = body as Schemas["PointRequest"];
      const points = (request.ids as PointId[]).flatMap((id) => collection.read(id) ?? []);
      return points.map((point) => shown(point, { with_payload: true, ...request }));
    }
    case "POST points/scroll": {
      const request = body as Schemas["ScrollRequest"];
      const limit = request.limit ?? 10;
      const all = collection
        .matching(request.filter)
        .filter(({ id }) => !request.offset || String(id) >= (request.offset as string));
      const points = all.slice(0, limit).map((p) => shown(p, { with_payload: true, ...request }));
      return { points, next_page_offset: all[limit]?.id ?? null };
    }
    case "POST points/count":
      return { count: collection.matching((body as Schemas["CountRequest"]).filter).length };
    case "POST points/query": {
      const request = body as Schemas["QueryRequest"];
      const points = collection.query(request);
      return {
        points: points.map(({ point, score }) => ({ ...shown(point, request), version: 1, score })),
      };
    }
    default:
      throw new WrongInput(`this stand-in does not know ${operation}`);
  }
}

/** A point with the requested parts of its payload and vectors. */
function shown(
  { id, payload, vectors }: StoredPoint,
  wanted: { with_payload?: unknown; with_vector?: unknown },
) {
  const fields = wanted.with_payload;
  const names = wanted.with_vector;
  const chosen = Array.isArray(fields)
    ? Object.fromEntries(
        Object.entries(payload).filter(([name]) =>
          fields.some((field) => String(field).split(".")[0] === name),
        ),
      )
    : payload;
  const asked = Object.entries(vectors).filter(
    ([name]) => names === true || (Array.isArray(names) && names.includes(name)),
  );
  const vector = vectors[""] === undefined ? Object.fromEntries(asked) : vectors[""];
  return { id, ...(Boolean(fields) && { payload: chosen }), ...(asked.length > 0 && { vector }) };
}

async function readText(incoming: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of incoming.setEncoding("utf8")) text += String(chunk);
  return text;
}
