import { createParser } from "eventsource-parser";

export interface ServerEvent {
  /** The last `id:` of the stream so far, for `Last-Event-ID`; empty before the first. */
  readonly id: string;
  readonly data: string;
}

/**
 * The events of a `text/event-stream` body, in order (WHATWG HTML §9.2). Comments are ignored, and an
 * unfinished event at the end of the stream is dropped. Leaving the loop early cancels the body.
 *
 * @param onBytes called for each chunk that arrives, heartbeats included
 * @throws what reading the body throws
 */
export async function* readServerEvents(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void = () => {},
): AsyncGenerator<ServerEvent, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let ready: ServerEvent[] = [];
  let id = "";
  const parser = createParser({
    onId: (given) => (id = given),
    onEvent: ({ data }) => ready.push({ id, data }),
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      parser.feed(decoder.decode(value, { stream: true }));
      const events = ready;
      ready = [];
      yield* events;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
