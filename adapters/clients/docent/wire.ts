/** A document in a form of several. */
export interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The fields of a form of documents. */
export type NewFilesPlace = Required<Pick<NewDocument, "source">> & Pick<NewDocument, "url_base">;

/** What POST /api/documents takes as JSON; the server checks it. */
export interface NewDocument {
  readonly path: string;
  readonly content: string;
  /** Of `content`; `utf-8` where it is left out. */
  readonly encoding?: "utf-8" | "base64";
  readonly media_type?: string;
  readonly url?: string;
  readonly source?: string;
  /** Where the source is published; the server works out the page. */
  readonly url_base?: string;
}
