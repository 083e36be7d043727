/** A passage an answer rests on. `[n]` in the text is the n-th of them. */
export interface Source {
  readonly id: string;
  readonly document_id: string;
  readonly path: string;
  readonly title: string;
  readonly url: string | null;
  readonly heading_path: readonly string[];
  /** The passage as plain text. */
  readonly excerpt: string;
  /** UTF-16 units into the document as it was ingested. */
  readonly start: number;
  readonly end: number;
  readonly score: number;
}
