export type MediaType = "text/markdown" | "text/mdx" | "text/html" | "text/plain";

/** A document as it was handed in. `path` is relative, with `/`. */
export interface SourceDocument {
  readonly path: string;
  readonly content: string;
  readonly mediaType: MediaType;
  readonly url?: string;
  readonly title?: string;
}

/** A stretch of a document under one heading. `start`/`end` are UTF-16 units into the document's content. */
export interface ParsedPassage {
  readonly ordinal: number;
  readonly headingPath: readonly string[];
  readonly url: string | null;
  readonly start: number;
  readonly end: number;
  /** the content's own slice (markup of Markdown kept); for HTML the extracted text */
  readonly text: string;
}

export interface ParsedDocument {
  readonly title: string;
  readonly url: string | null;
  readonly passages: readonly ParsedPassage[];
}
