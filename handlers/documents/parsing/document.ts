/** A stretch of a document under one heading. `start`/`end` are UTF-16 units into the document's decoded text. */
export interface ParsedPassage {
  readonly ordinal: number;
  readonly headingPath: readonly string[];
  readonly url: string | null;
  readonly start: number;
  readonly end: number;
  /** The slice of the decoded text, its markup kept; of HTML the text that was taken out of it. */
  readonly text: string;
}

export interface ParsedDocument {
  readonly title: string;
  readonly url: string | null;
  readonly passages: readonly ParsedPassage[];
}
