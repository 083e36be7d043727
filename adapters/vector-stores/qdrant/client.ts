import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Circuit } from "../../circuit.ts";
import { askJson, type ServiceRequest } from "../../http/ask-json.ts";
import { RefusedRequest } from "../../http/status.ts";

export interface QdrantOptions {
  /** May have a port and a path. */
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly collection: string;
  readonly circuit: Circuit;
}

/** Sends a request to Qdrant and returns the `result` of the answer. @throws PortFailure */
export type AskQdrant = (
  method: NonNullable<ServiceRequest["method"]>,
  path: string,
  signal: AbortSignal,
  body?: object,
) => Promise<unknown>;

const service = "the vector store";
const timeout = 30_000;

/** A client of one Qdrant server (https://api.qdrant.tech), through its circuit; 30 s a request. */
export function createQdrantClient(options: QdrantOptions): AskQdrant {
  const { url, circuit } = options;
  const base = url.replace(/\/+$/, "");
  const headers = qdrantHeaders(options);
  return (method, path, signal, body) =>
    circuit.run(async () => {
      const request = { service, url: `${base}${path}`, method, headers, signal, timeout };
      const said = await askJson({ ...request, ...(body && { body }) }).catch(explain);
      if (typeof said === "object" && said !== null && "result" in said) return said.result;
      const message = `${service} answered something that is not Qdrant's`;
      throw new PortFailure("unavailable", message, { retryable: true });
    });
}

/** The headers of every request. */
export function qdrantHeaders({ apiKey }: QdrantOptions): Record<string, string> {
  return apiKey === undefined ? {} : { "api-key": apiKey };
}

/** The path of a collection, or of something in it. */
export function collectionPath(collection: string, rest = ""): string {
  return `/collections/${encodeURIComponent(collection)}${rest}`;
}

/** Qdrant's own 404 is JSON with a `status`; a proxy's is not, as before a free cluster that sleeps. */
function explain(error: unknown): never {
  const isProxy =
    error instanceof RefusedRequest &&
    error.status === 404 &&
    !/^\s*\{[^]*"status"\s*:/.test(error.body);
  if (!isProxy) throw error;
  const message = `no Qdrant answers there: the URL needs its port (6333), or a free cluster sleeps`;
  throw new PortFailure("unavailable", message, { retryable: true, cause: error });
}
