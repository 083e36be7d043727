import type { Alignment } from "./table-lines.ts";

/**
 * A part of an answer. Blocks are flat: `depth` is the number of lists around one, and the view places it into
 * the last item of the innermost list. A table's rows follow it as blocks of their own.
 */
export type MarkdownBlock = { readonly depth: number } & (
  | LineBlock
  | { readonly type: "code"; readonly language: string; readonly text: string }
  | {
      readonly type: "table";
      /** Empty for a table without a header. */
      readonly header: readonly string[];
      readonly alignments: readonly Alignment[];
    }
  | {
      readonly type: "row";
      readonly cells: readonly string[];
      readonly alignments: readonly Alignment[];
    }
);

/** A block that one line begins. */
export type LineBlock =
  | { readonly type: "paragraph" | "quote"; readonly text: string }
  | { readonly type: "heading"; readonly level: number; readonly text: string }
  | {
      readonly type: "item";
      /** The number of an ordered item; undefined for a bullet. */
      readonly number: number | undefined;
      /** Whether an item of a task list is done; undefined for other items. */
      readonly done: boolean | undefined;
      readonly text: string;
    }
  | { readonly type: "rule" };
