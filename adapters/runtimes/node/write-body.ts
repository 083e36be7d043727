import type { ServerResponse } from "node:http";
import {
  heartbeatMilliseconds,
  type TextSource,
} from "../../../handlers/lib/streams/text-stream.ts";

/** Milliseconds without any progress after which a client that does not read is disconnected. */
const patience = 30_000;

/**
 * Writes a stream to a response, respecting backpressure, without a Node Readable in between, which costs
 * more than all other work on a token. Cancels the stream when the client disconnects, or reads nothing for 30 s.
 */
export async function writeBody(
  body: ReadableStream<Uint8Array>,
  response: ServerResponse,
  stalledMilliseconds = patience,
): Promise<void> {
  const reader = body.getReader();
  const leave = () => void reader.cancel().catch(() => undefined);
  if (response.destroyed) return leave();
  response.once("close", leave);
  for (;;) {
    const { done, value } = await reader.read();
    if (done || response.destroyed) break;
    if (!response.write(value)) await writable(response, stalledMilliseconds);
  }
  endBody(response, undefined, stalledMilliseconds);
}

/**
 * Writes a text to a response as its source makes it: as `writeBody`, without the stream of bytes. Sends the source's
 * heartbeat while the client waits.
 */
export async function writeText(
  source: TextSource,
  response: ServerResponse,
  stalledMilliseconds = patience,
): Promise<void> {
  const leave = () => source.cancel();
  if (response.destroyed) return leave();
  response.once("close", leave);
  // Together with what is ready now, which takes one system call instead of two.
  const { socket } = response;
  socket?.cork();
  response.flushHeaders();
  process.nextTick(() => socket?.uncork());
  let isWaiting = true;
  const heartbeat = setInterval(() => {
    if (isWaiting) writeChunk(response, source.heartbeat);
  }, heartbeatMilliseconds);
  try {
    for (;;) {
      const text = await source.next();
      if (text === undefined || response.destroyed) break;
      isWaiting = false;
      if (!writeChunk(response, text)) await writable(response, stalledMilliseconds);
      isWaiting = true;
    }
  } finally {
    clearInterval(heartbeat);
  }
  response.off("close", leave);
  endBody(response, undefined, stalledMilliseconds);
}

/**
 * Writes a chunk of a chunked body (RFC 9112 §7.1) in one piece to the socket: node:http makes four of it, which costs
 * as much as all of our own work on a token. Returns whether the client takes more, as `write` does.
 */
function writeChunk(response: ServerResponse, text: string): boolean {
  // An empty chunk is the last one.
  if (text === "") return true;
  const { socket, chunkedEncoding } = response;
  // Of pipelined responses only the first has the socket; HTTP/1.0 has no chunks.
  if (!socket || !chunkedEncoding) return response.write(text);
  return socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

/** Ends a response, with a last piece of its body. Disconnects a client that reads nothing of it for 30 s. */
export function endBody(
  response: ServerResponse,
  body?: string | Uint8Array,
  stalledMilliseconds = patience,
): void {
  response.end(body);
  // When the response is finished, Node itself sets the connection's next timeout.
  if (response.writableLength > 0) response.setTimeout(stalledMilliseconds);
}

/** Settles when the response drains or closes. */
function writable(response: ServerResponse, stalledMilliseconds: number): Promise<void> {
  // Node resets this timer whenever the client reads, and destroys the connection when it ends.
  response.setTimeout(stalledMilliseconds);
  const drained = response.writableNeedDrain ? response : (response.socket ?? response);
  return new Promise((resolve) => {
    const settle = () => {
      response.setTimeout(0);
      drained.off("drain", settle);
      response.off("close", settle);
      resolve();
    };
    drained.on("drain", settle);
    response.on("close", settle);
  });
}
