import type { ParsedBlock } from "../block.ts";

/** The paragraphs of plain text, which blank lines separate. */
export function* plainParagraphs(content: string): Generator<ParsedBlock> {
  const blankLines = /\r?\n[ \t\f\v]*(?:\r?\n\s*|$)/g;
  let start = 0;
  while (start < content.length) {
    const end = blankLines.exec(content)?.index ?? content.length;
    if (end > start) yield { kind: "prose", start, end };
    start = end === content.length ? end : blankLines.lastIndex;
  }
}
