import type { MediaType } from "../documents/parsing/document.ts";

/** A document that could be read, or why it could not. `path` is relative to the source, with `/`. */
export type ReadDocument =
  | { readonly path: string; readonly content: string; readonly mediaType: MediaType }
  | { readonly path: string; readonly failure: string };

export interface DocumentSource {
  /**
   * Every document, in the same order each time, each read only when it is asked for. What cannot be
   * read is named and the rest follow. Throws PortFailure when the source itself is not there.
   */
  read(): AsyncIterable<ReadDocument>;
}
