import type { DocumentSource, MediaType } from "../../handlers/ports/document-source.ts";

export interface StreamOptions {
  /** The document's path. */
  readonly path: string;
  readonly mediaType: MediaType;
  /** The most bytes that are read. */
  readonly limit: number;
}

/** A source of one document from a stream of bytes, such as standard input. It can be read once. */
export function createStreamSource(
  chunks: AsyncIterable<Uint8Array>,
  { path, mediaType, limit }: StreamOptions,
): DocumentSource {
  return {
    async *read() {
      const parts: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of chunks) {
        length += chunk.length;
        if (length > limit) {
          yield { path, failure: `too large: the limit is ${limit} bytes` };
          return;
        }
        parts.push(chunk);
      }
      const bytes = new Uint8Array(length);
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      yield { path, bytes, mediaType };
    },
  };
}
