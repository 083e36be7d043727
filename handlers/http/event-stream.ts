import type { Reply } from "./reply.ts";

export interface ServerSentEvent {
  readonly id?: string;
  /** One line: JSON never holds a raw line feed. */
  readonly data: string;
}

/** Proxies cut what is silent; comments are ignored by every client. */
const heartbeatMilliseconds = 10_000;
const encoder = new TextEncoder();

/**
 * Events as `text/event-stream` (WHATWG HTML, "Server-sent events"). A heartbeat comment fills
 * silences. When the reader goes away the source's `return()` is called; batches that are ready
 * together leave in one chunk.
 */
export function eventStream<Batch>(
  batches: AsyncIterator<Batch>,
  encode: (batch: Batch) => readonly ServerSentEvent[],
  headers: Reply["headers"] = {},
): Reply {
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  const stop = () => clearInterval(heartbeat);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      heartbeat = setInterval(() => {
        // Only into an empty queue: a reader that does not read must not fill our memory.
        if ((controller.desiredSize ?? 0) > 0)
          controller.enqueue(encoder.encode(": keep-alive\n\n"));
      }, heartbeatMilliseconds);
    },
    async pull(controller) {
      try {
        const { done, value } = await batches.next();
        if (done) {
          stop();
          controller.close();
        } else controller.enqueue(encoder.encode(encodeEvents(encode(value))));
      } catch (error) {
        stop();
        controller.error(error);
      }
    },
    cancel() {
      stop();
      // Not awaited: a generator takes note once what it waits for has happened.
      batches.return?.().catch(() => undefined);
    },
  });
  return {
    status: 200,
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      ...headers,
    },
    body,
  };
}

function encodeEvents(events: readonly ServerSentEvent[]): string {
  let text = "";
  for (const event of events) text += encodeEvent(event);
  return text;
}

function encodeEvent({ id, data }: ServerSentEvent): string {
  return id === undefined ? `data: ${data}\n\n` : `id: ${id}\ndata: ${data}\n\n`;
}
