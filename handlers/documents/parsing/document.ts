/** A stretch of a document under one heading. `start`/`end` are UTF-16 units into the document's decoded text. */
export interface ParsedPassage {
  readonly ordinal: number;
  readonly headingPath: readonly string[];
  readonly url: string | null;
  readonly start: number;
  readonly end: number;
  /**
   * The slice of the decoded text, its markup kept; of HTML the text that was taken out of it. Where a
   * cut went through code, the fence that is missing was added.
   */
  readonly text: string;
  /** Its words, as `readableText` gives them; never empty. */
  readonly words: string;
}

export interface ParsedDocument {
  readonly title: string;
  readonly url: string | null;
  /** What the document says of itself, in a line of at most 500 characters. */
  readonly description: string | null;
  /** None of a page that is not published: a draft, an unlisted page, a part that others include. */
  readonly passages: readonly ParsedPassage[];
}
