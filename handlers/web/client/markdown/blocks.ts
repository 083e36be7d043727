import type { MarkdownBlock } from "./block.ts";
import { parseBlocks, type BlockContext } from "./parse-blocks.ts";

export interface BlockReader {
  /**
   * Adds text and returns blocks, in time linear in the text and the open block. The first replaces the open
   * block of the previous call; all but the last are final. Returns none while there are only blank lines.
   */
  push(text: string): MarkdownBlock[];
  /** Returns the open block's final form, as `push` does; no more text will come. */
  finish(): MarkdownBlock[];
  /** The length of the open block, in UTF-16 units: `push` reads it again. */
  readonly openLength: number;
}

/** Creates a reader of streamed Markdown: GitHub's, without indented code, HTML and reference links. */
export function createBlockReader(): BlockReader {
  let open = "";
  let context: BlockContext = { lists: [], table: undefined };

  function read(end: "open" | "final"): MarkdownBlock[] {
    const found = parseBlocks(open, context, end);
    const last = found.at(-1);
    if (last) {
      open = open.slice(last.start);
      context = last.before;
    }
    return found.map(({ block }) => block);
  }

  return {
    push(text) {
      open += text;
      return read("open");
    },
    finish: () => read("final"),
    get openLength() {
      return open.length;
    },
  };
}
