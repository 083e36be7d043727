import type { MendedSlice } from "./markdown/fences.ts";
import type { FrontMatter } from "./markdown/front-matter.ts";

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A block that a parser finds in a text; offsets are UTF-16 units into that text. */
export type ParsedBlock =
  | (Span & {
      readonly kind: "heading";
      readonly level: number;
      readonly text: string;
      readonly anchor: string | null;
    })
  | (Span & {
      /** `verbatim`: code or a table, which has lines but no sentences. `note`: a comment, without content. */
      readonly kind: "prose" | "item" | "verbatim" | "note";
    })
  | (Span & {
      /** Something that separates passages, such as an import. */
      readonly kind: "gap";
    });

/** A parsed document: the text whose slices are passages, and its blocks. */
export interface Reading {
  readonly text: string;
  readonly blocks: Iterable<ParsedBlock>;
  /** The title, in formats that have one apart from headings. */
  readonly title?: string | undefined;
  /** The front matter, in formats that have one; it may give the page's address and title. */
  readonly frontMatter?: FrontMatter;
  /**
   * A slice of `text` made readable alone; `before` is the fence left open before it (see `mendFences`), `start` its
   * place.
   */
  mend?(slice: string, before: string | undefined, start: number): MendedSlice;
  /** The document's own description, in a sentence. */
  readonly description?: string | undefined;
  /** Converts a span of `text` into one of the document's content, if they differ. */
  locate?(start: number, end: number): { start: number; end: number };
}
