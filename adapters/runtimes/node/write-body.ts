import type { ServerResponse } from "node:http";

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
  return new Promise((resolve) => {
    const settle = () => {
      response.setTimeout(0);
      response.off("drain", settle);
      response.off("close", settle);
      resolve();
    };
    response.on("drain", settle);
    response.on("close", settle);
  });
}
