/** A text that is made piece by piece, as its reader asks for it. */
export interface TextSource {
  /** The next piece; undefined: the end. Not called before the one before has settled. */
  next(): Promise<string | undefined>;
  /** Called when the reader leaves before the end. */
  cancel(): void;
  /** Sent each 10 seconds while the reader waits for a piece. */
  readonly heartbeat: string;
}

/** Proxies close silent connections. */
export const heartbeatMilliseconds = 10_000;
const encoder = new TextEncoder();

/**
 * The body of a response, made from a source of text. A runtime that writes text at less cost than a stream of bytes
 * takes the `source` itself.
 */
export class TextStream extends ReadableStream<Uint8Array> {
  readonly source: TextSource;

  constructor(source: TextSource) {
    // Without a queue, pieces are asked for only by a reader that waits.
    super(readFrom(source), { highWaterMark: 0 });
    this.source = source;
  }
}

function readFrom(source: TextSource): UnderlyingDefaultSource<Uint8Array> {
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  const stop = () => clearInterval(heartbeat);
  return {
    async pull(controller) {
      heartbeat ??= setInterval(() => {
        // Only into an empty queue: a client that does not read must not fill the server's memory.
        if (controller.desiredSize === 0) controller.enqueue(encoder.encode(source.heartbeat));
      }, heartbeatMilliseconds);
      try {
        const text = await source.next();
        if (text === undefined) {
          stop();
          controller.close();
        } else controller.enqueue(encoder.encode(text));
      } catch (error) {
        stop();
        controller.error(error);
      }
    },
    cancel() {
      stop();
      source.cancel();
    },
  };
}
