import type { MendedSlice } from "./markdown/fences.ts";
import type { FrontMatter } from "./markdown/front-matter.ts";

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a format's reader finds in a text, in order; spans are UTF-16 units into that text. */
export type ParsedBlock =
  | (Span & {
      readonly kind: "heading";
      readonly level: number;
      readonly text: string;
      readonly anchor: string | null;
    })
  | (Span & {
      /** `verbatim`: code or a table, which has lines and no sentences. `note`: a comment, which says nothing. */
      readonly kind: "prose" | "item" | "verbatim" | "note";
    })
  | (Span & {
      /** Something no passage may span, such as an import. */
      readonly kind: "gap";
    });

/** A format's reading of a document: the text passages are slices of, and its blocks. */
export interface Reading {
  readonly text: string;
  readonly blocks: Iterable<ParsedBlock>;
  /** Where the format has a title apart from its headings. */
  readonly title?: string | undefined;
  /** Where the format has one: the page's address follows from it, and a title in it goes first. */
  readonly frontMatter?: FrontMatter;
  /** A slice of `text` as it can be read alone, after a slice that left `before` open; see `mendFences`. */
  mend?(slice: string, before: string | undefined): MendedSlice;
  /** What the format says of itself in a sentence. */
  readonly description?: string | undefined;
  /** From a span of `text` to a span of the document's content, where the two differ. */
  locate?(start: number, end: number): { start: number; end: number };
}
