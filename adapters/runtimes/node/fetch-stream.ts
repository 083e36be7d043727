import { request as requestHttp, type IncomingMessage } from "node:http";
import type { ChunkReader, StreamedRequest, StreamedResponse } from "../../http/streaming-fetch.ts";

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
  if (status >= 300 && status < 400) {
    incoming.resume();
    return fetch(url, init);
  }
  const reader = createChunkReader(incoming);
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: new Headers(
      Object.entries(incoming.headersDistinct).map(([name, values = []]) => [name, values.join()]),
    ),
    body: { getReader: () => reader },
  };
}

async function ask(
  url: string,
  { method = "GET", body, signal, ...init }: StreamedRequest,
): Promise<IncomingMessage> {
  // What fetch sends, except that it accepts compression, which would hold tokens back.
  const headers = { accept: "*/*", "user-agent": "node", ...init.headers };
  // TLS is loaded on first use: the first /health need not wait for it.
  const send = url.startsWith("https:") ? (await import("node:https")).request : requestHttp;
  const attempt = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const asked = send(url, { method, headers, signal }, resolve);
      asked.on("error", (cause: NodeJS.ErrnoException) => {
        reject(asked.reusedSocket && cause.code === "ECONNRESET" ? staleConnection : cause);
      });
      asked.end(body);
    });
  // The server may close a kept connection just as a request leaves on it.
  return attempt().catch((error: unknown) => {
    if (error === staleConnection) return attempt();
    throw error;
  });
}

const staleConnection = new Error("the server closed a kept connection");

let woken: (() => void)[] = [];

/**
 * Wakes the readers of all streams that the event loop has found data for, when it has read all of them: doing each step
 * of the work for all streams in turn keeps its code in the processor's cache.
 */
function wakeTogether(wake: () => void): void {
  if (woken.push(wake) > 1) return;
  setImmediate(() => {
    const all = woken;
    woken = [];
    for (const go of all) go();
  });
}

/** Reads all that has arrived at once, so that chunks that come together cost as much as one. */
function createChunkReader(incoming: IncomingMessage): ChunkReader {
  let arrived: Buffer[] = [];
  let size = 0;
  let end: { readonly error: Error | undefined } | undefined;
  let wake: (() => void) | undefined;
  const finish = (error?: Error) => {
    end ??= { error };
    if (wake) wakeTogether(wake);
  };
  incoming.on("data", (chunk: Buffer) => {
    arrived.push(chunk);
    size += chunk.length;
    if (size > waitingBytes) incoming.pause();
    if (wake) wakeTogether(wake);
    wake = undefined;
  });
  incoming.on("end", () => finish());
  incoming.on("error", finish);

  return {
    async read() {
      if (size === 0 && !end) await new Promise<void>((resolve) => (wake = resolve));
      if (size > 0) {
        const [first] = arrived;
        const value = arrived.length === 1 ? first : Buffer.concat(arrived);
        arrived = [];
        if (size > waitingBytes) incoming.resume();
        size = 0;
        return { done: false, value };
      }
      if (end?.error) throw end.error;
      return { done: true };
    },
    async cancel() {
      incoming.destroy();
    },
  };
}
