import * as http from "node:http";
import type { AgentOptions, ClientRequest, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import type {
  Chunk,
  ChunkReader,
  StreamedRequest,
  StreamedResponse,
} from "../../http/streaming-fetch.ts";
import { decodeBody } from "./decode-body.ts";

/** Seldom enough to be left to fetch, which asks once more and knows what may be sent where. */
const redirects = new Set([301, 302, 303, 307, 308]);

/** Bytes that wait for the reader; beyond them the connection is not read. */
const waitingBytes = 64 * 1024;

/**
 * `fetch` by node:http, for streams of small chunks: the Web Streams of Node's own fetch cost more than all other work
 * on a token. Connections are kept, and proxies used, as node:http's global agent does. Rejects as fetch does when
 * the connection fails or `signal` aborts.
 */
export async function fetchStream(url: string, init: StreamedRequest): Promise<StreamedResponse> {
  const incoming = await ask(url, init);
  const status = incoming.statusCode ?? 0;
  if (redirects.has(status)) {
    incoming.resume();
    return fetch(url, init);
  }
  // The agent's timeout for idle connections would be set anew at each chunk; who asks watches for silence.
  incoming.setTimeout(0);
  const reader = createChunkReader(await decodeBody(incoming));
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: toHeaders(incoming),
    body: { getReader: () => reader },
  };
}

function toHeaders({ headersDistinct }: IncomingMessage): Headers {
  return new Headers(
    Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(", ")]),
  );
}

async function ask(
  url: string,
  { method = "GET", body, signal, ...init }: StreamedRequest,
): Promise<IncomingMessage> {
  // Compression would hold tokens back.
  const headers = {
    accept: "*/*",
    "accept-encoding": "identity",
    "user-agent": "node",
    ...init.headers,
  };
  // TLS is loaded on first use: the first /health need not wait for it.
  const { request, globalAgent, Agent } = url.startsWith("https:")
    ? await import("node:https")
    : http;
  const options = { method, headers };
  signal.throwIfAborted();
  try {
    return await attempt(request(url, options), body, signal);
  } catch (error) {
    // The server may close a kept connection just as a request leaves on it: the second one goes on a new connection.
    if (error !== staleConnection || signal.aborted) throw error;
    // With the usual agent's options, of which Node's types know nothing: the proxy is among them.
    const { options: usual } = globalAgent as typeof globalAgent & { options: AgentOptions };
    const agent = new Agent({ ...usual, keepAlive: false });
    return attempt(request(url, { ...options, agent }), body, signal);
  }
}

/**
 * Its listeners, which live as long as the answer, do not hold the body. node:http's own option for the signal adds a
 * dozen listeners, 2 KB.
 */
function attempt(
  asked: ClientRequest,
  body: string | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const leave = () => asked.destroy(signal.reason);
  signal.addEventListener("abort", leave);
  asked.on("close", () => {
    signal.removeEventListener("abort", leave);
    // Of an answer in another protocol (101) there is no other event.
    reject(new Error("the connection closed before the answer"));
  });
  asked.on("response", resolve);
  asked.on("error", (cause: NodeJS.ErrnoException) => {
    const isStale = asked.reusedSocket && staleCodes.has(cause.code ?? "");
    reject(isStale ? staleConnection : cause);
  });
  asked.end(body);
  return promise;
}

const staleConnection = new Error("the server closed a kept connection");
const staleCodes = new Set(["ECONNRESET", "EPIPE"]);

let woken: (() => void)[] = [];
let openReaders = 0;

/**
 * Wakes the readers of all streams that the event loop has found data for, when it has read all of them: doing each step
 * of the work for all streams in turn keeps its code in the processor's cache. A stream alone is not made to wait.
 */
function wakeTogether(wake: () => void): void {
  if (openReaders === 1) return wake();
  if (woken.push(wake) > 1) return;
  setImmediate(() => {
    const all = woken;
    woken = [];
    for (const go of all) go();
  });
}

/** Reads all that has arrived at once, so that chunks that come together cost as much as one. */
function createChunkReader(incoming: Readable): ChunkReader {
  openReaders += 1;
  let arrived: Buffer[] = [];
  let size = 0;
  let isFirst = true;
  let end: Promise<Chunk> | undefined;
  let deliver: ((chunk: Chunk | Promise<Chunk>) => void) | undefined;
  const take = (): Chunk => {
    const [first] = arrived;
    const value = arrived.length === 1 ? first : Buffer.concat(arrived);
    arrived = [];
    if (size > waitingBytes) incoming.resume();
    size = 0;
    return { done: false, value };
  };
  const wake = () => {
    if (!deliver) return;
    const give = deliver;
    deliver = undefined;
    const go = () => give(size > 0 || !end ? take() : end);
    // The first chunk is not held up: a reader waits for it.
    if (isFirst) go();
    else wakeTogether(go);
    isFirst = false;
  };
  const finish = (failure?: Error) => {
    if (!end) openReaders -= 1;
    end ??= failure ? Promise.reject(failure) : Promise.resolve({ done: true });
    // A reader who has left does not hear of a failure.
    end.catch(() => undefined);
    wake();
  };
  incoming.on("data", (chunk: Buffer) => {
    arrived.push(chunk);
    size += chunk.length;
    if (size > waitingBytes) incoming.pause();
    wake();
  });
  incoming.on("end", () => finish());
  incoming.on("error", finish);
  incoming.on("close", () => finish(new Error("the connection closed")));

  return {
    read() {
      if (size > 0) return Promise.resolve(take());
      return end ?? new Promise((resolve) => (deliver = resolve));
    },
    async cancel() {
      finish();
      incoming.destroy();
    },
  };
}
