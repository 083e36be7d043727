import type { MediaType } from "../../ports/document-source.ts";
import type { Reading } from "./block.ts";

/** One format that Docent reads. */
export interface DocumentParser {
  readonly mediaType: MediaType;
  /** Of its files' names: in lower case, without the dot. */
  readonly extensions: readonly string[];
  /**
   * Decodes a document and finds its blocks. Yields about every 64 K characters, a few milliseconds of
   * work, so that its caller can pause there. Takes time linear in the bytes, whatever they are.
   *
   * @throws UnreadableBytes when the bytes are not of this format
   */
  read(bytes: Uint8Array<ArrayBuffer>): Generator<void, Reading> | AsyncGenerator<void, Reading>;
  /** The words of a slice of `Reading.text`, for indexing and quoting; see `readableText`. */
  plain(text: string): string;
}

/** A document's bytes are not what its media type promises; the message says where, for the operator. */
export class UnreadableBytes extends Error {
  override readonly name = "UnreadableBytes";
  readonly code = "unreadable_bytes";
}
