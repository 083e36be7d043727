import type { Reply } from "./reply.ts";
import { TextStream } from "../lib/streams/text-stream.ts";

export interface ServerSentEvent {
  readonly id?: string | undefined;
  /** Its name; `message` by default. */
  readonly event?: string;
  /** One line, such as JSON, which holds no raw line feed. */
  readonly data: string;
  /** Milliseconds to wait before the client reconnects. */
  readonly retry?: number | undefined;
}

/** Clients ignore comments. */
const heartbeat = ": keep-alive\n\n";

/**
 * Events as `text/event-stream` (WHATWG HTML §9.2), with a heartbeat comment every 10 seconds. The events
 * of a batch leave in one chunk. When the client disconnects, `batches.return()` is called.
 */
export function eventStream<Batch>(
  batches: AsyncIterator<Batch>,
  encode: (batch: Batch) => readonly ServerSentEvent[],
  headers: Reply["headers"] = {},
): Reply {
  const body = new TextStream({
    heartbeat,
    next: () =>
      batches.next().then(({ done, value }) => (done ? undefined : encodeEvents(encode(value)))),
    cancel() {
      // Not awaited: a generator returns only when the promise it awaits has settled.
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

function encodeEvent({ id, event, data, retry }: ServerSentEvent): string {
  const wait = retry === undefined ? "" : `retry: ${retry}\n`;
  const name = event === undefined ? "" : `event: ${event}\n`;
  return id === undefined
    ? `${wait}${name}data: ${data}\n\n`
    : `${wait}${name}id: ${id}\ndata: ${data}\n\n`;
}
