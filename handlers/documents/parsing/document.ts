/** A part of a document under one heading. `start`/`end` are UTF-16 units into the document's decoded text. */
export interface ParsedPassage {
  readonly ordinal: number;
  readonly headingPath: readonly string[];
  readonly url: string | null;
  readonly start: number;
  readonly end: number;
  /**
   * The slice of the decoded text with its markup; for HTML, the extracted text. Missing code fences are added.
   */
  readonly text: string;
  /** Its words, as `readableText` gives them; never empty. */
  readonly words: string;
}

export interface ParsedDocument {
  readonly title: string;
  readonly url: string | null;
  /** The document's own description, one line of at most 500 characters. */
  readonly description: string | null;
  /** Empty for a page that is not published: a draft, an unlisted page, a partial. */
  readonly passages: readonly ParsedPassage[];
}
