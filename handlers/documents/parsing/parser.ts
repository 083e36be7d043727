import type { MediaType } from "../../ports/document-source.ts";
import type { TextSpan } from "../../contract/text-span.ts";
import type { Reading } from "./block.ts";

/** A document format. */
export interface DocumentParser {
  readonly mediaType: MediaType;
  /** Extensions of its files, in lower case, without the dot. */
  readonly extensions: readonly string[];
  /**
   * Decodes a document and finds its blocks. Yields every millisecond of work or so, so that the caller can
   * pause. Takes time linear in the bytes, for any input.
   *
   * @throws UnreadableBytes when the bytes are not of this format
   */
  read(bytes: Uint8Array<ArrayBuffer>): Generator<void, Reading> | AsyncGenerator<void, Reading>;
  /** The words of a slice of `Reading.text`, for indexing and quoting; see `readableText`. */
  plain(text: string): string;
  /** The stretches of `plain(text)` that are code; absent for formats without code. */
  codeIn?(text: string): readonly TextSpan[];
}

/** The error for bytes that are not of their media type; the message tells the operator where. */
export class UnreadableBytes extends Error {
  override readonly name = "UnreadableBytes";
  readonly code = "unreadable_bytes";
}

/** The error for a document that would take too much work or memory; the message tells the operator which. */
export class TooMuchWork extends Error {
  override readonly name = "TooMuchWork";
  readonly code = "too_much_work";
}
