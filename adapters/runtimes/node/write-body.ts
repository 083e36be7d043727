import type { ServerResponse } from "node:http";

/**
 * Writes a stream to a response, respecting backpressure, without a Node Readable in between, which costs
 * more than all other work on a token. Cancels the stream when the client disconnects.
 */
export async function writeBody(
  body: ReadableStream<Uint8Array>,
  response: ServerResponse,
): Promise<void> {
  const reader = body.getReader();
  const leave = () => void reader.cancel().catch(() => undefined);
  if (response.destroyed) return leave();
  response.once("close", leave);
  for (;;) {
    const { done, value } = await reader.read();
    if (done || response.destroyed) break;
    if (!response.write(value)) await writable(response);
  }
  response.end();
}

/** Settles when the response drains or closes. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      response.off("drain", settle);
      response.off("close", settle);
      resolve();
    };
    response.on("drain", settle);
    response.on("close", settle);
  });
}
