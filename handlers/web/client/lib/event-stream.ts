export interface ServerEvent {
  /** The last `id:` seen, for Last-Event-ID; empty before the first. */
  readonly id: string;
  readonly data: string;
}

/**
 * Reads `text/event-stream` as the HTML standard words it: any line ending, comments skipped, several
 * `data:` lines joined by a newline, an event cut off by the end of the stream dropped. `onBytes` is
 * called for whatever arrives, heartbeats included.
 */
export async function* readEvents(
  stream: ReadableStream<Uint8Array>,
  onBytes: () => void = () => {},
): AsyncGenerator<ServerEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  let id = "";
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      buffer += decoder.decode(value, { stream: true });
      // A carriage return at the very end may be half of a CRLF: it waits for the next chunk.
      const lines = buffer.split(/\r\n|\n|\r(?!$)/);
      buffer = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "") {
          if (data.length > 0) yield { id, data: data.join("\n") };
          data = [];
          continue;
        }
        const [, name, text] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
        if (name === "data") data.push(text ?? "");
        else if (name === "id" && !text?.includes("\0")) id = text ?? "";
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
