/** What POST /api/documents takes; the server checks it. */
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
