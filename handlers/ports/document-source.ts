/** A media type (RFC 6838), for example `text/markdown`; in lower case, without parameters. */
export type MediaType = string;

/** A document as it was received, not yet decoded. `path` is relative to its source, with `/`. */
export interface SourceDocument {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: MediaType;
  /** The address where it is published, if the source states it. */
  readonly url?: string;
  readonly title?: string;
}

/** A document that could not be read, and why, in words for the operator. */
export interface UnreadableDocument {
  readonly path: string;
  readonly failure: string;
}

/**
 * A file or folder that is not read on purpose. `outside`: a link that leads out of the source. `hidden`: its
 * name begins with a dot, or it is `node_modules`. `own-data`: it belongs to Docent's own data.
 */
export interface SkippedDocument {
  readonly path: string;
  readonly skipped: "outside" | "hidden" | "own-data";
}

export type FoundDocument = SourceDocument | UnreadableDocument | SkippedDocument;

export interface DocumentSource {
  /** How many documents `read` will yield, as far as known without reading them. @throws PortFailure */
  count?(): Promise<number>;
  /**
   * Yields every document, always in the same order, and reads each only when it is asked for. A document
   * that cannot be read is yielded with its failure, one that may not be read with the reason.
   *
   * @throws PortFailure when the source does not exist
   */
  read(): AsyncIterable<FoundDocument>;
}

/**
 * The sources that are not a folder's: Docent's own README, documents that are sent without a source, and single files
 * of `docent ingest`. Reading a folder removes what its source has besides, so that it must be none of these.
 */
export const ownSources = { bundled: "bundled", sent: "api", files: "files" } as const;

/** The documents that a server ingests when it starts. */
export interface StartDocuments {
  /** Docent's own README, used while there are no other documents. */
  readonly bundled: DocumentSource | undefined;
  /** The folder of DOCUMENTS_DIR, and the name of its source. */
  readonly configured: { readonly name: string; readonly source: DocumentSource } | undefined;
}
