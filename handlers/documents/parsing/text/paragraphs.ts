import type { ParsedBlock } from "../block.ts";

// Longer paragraphs are yielded in pieces, in UTF-16 units and in lines, so that the caller can pause.
const longest = 32_768;
const mostLines = 1_000;

/** The paragraphs of plain text, which blank lines separate. Takes linear time. */
export function* plainParagraphs(content: string): Generator<ParsedBlock> {
  let start = 0;
  let end = 0;
  let lines = 0;
  for (let at = 0; at < content.length;) {
    const lineEnd = endOfLine(content, at);
    const isBlank = lineEnd - at < longest && content.slice(at, lineEnd).trim() === "";
    if (!isBlank) end = content.charAt(lineEnd - 1) === "\r" ? lineEnd - 1 : lineEnd;
    at = lineEnd + 1;
    lines += 1;
    if (isBlank && end <= start) start = at;
    const isOver = lines >= mostLines || at - start >= longest;
    if (end > start ? !isBlank && !isOver : !isOver) continue;
    // A note without content lets the caller pause within many blank lines.
    yield end > start ? { kind: "prose", start, end } : { kind: "note", start, end: start };
    start = at;
    lines = 0;
  }
  if (end > start) yield { kind: "prose", start, end };
}

function endOfLine(content: string, from: number): number {
  const end = content.indexOf("\n", from);
  return end === -1 ? content.length : end;
}
