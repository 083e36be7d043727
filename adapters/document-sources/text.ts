import type { DocumentSource, ReadDocument } from "../../handlers/ports/document-source.ts";
import { decodeText } from "./decode.ts";

export interface TextOptions {
  /** The path the document is to have. */
  readonly path: string;
  readonly mediaType: Extract<ReadDocument, { content: string }>["mediaType"];
  /** The most that is read, in bytes. */
  readonly limit: number;
}

/** One document out of a stream of bytes, such as standard input. It can be read once. */
export function createTextSource(
  chunks: AsyncIterable<Uint8Array>,
  { path, mediaType, limit }: TextOptions,
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
      const decoded = decodeText(bytes);
      yield "failure" in decoded ? { path, ...decoded } : { path, ...decoded, mediaType };
    },
  };
}
