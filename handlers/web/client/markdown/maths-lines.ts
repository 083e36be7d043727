export interface MathsEnd {
  readonly isClosed: boolean;
  /** The line behind the maths; if unclosed, the blank line or the end of the text. */
  readonly end: number;
}

/** Where maths ends that a line opens and leaves open; undefined if it opens none. A blank line ends the search. */
export function findMathsEnd(lines: readonly string[], index: number): MathsEnd | undefined {
  const closing = closingOf(lines[index] ?? "");
  if (closing === undefined) return undefined;
  let end = index + 1;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? "";
    if (line.trim() === "") break;
    if (line.includes(closing)) return { isClosed: true, end: end + 1 };
  }
  return { isClosed: false, end };
}

function closingOf(line: string): string | undefined {
  if (!line.includes("$$") && !line.includes("\\[")) return undefined;
  const words = line.replaceAll(/`[^`]*`/g, "");
  if (words.lastIndexOf("\\[") > words.lastIndexOf("\\]")) return "\\]";
  return words.split("$$").length % 2 === 0 ? "$$" : undefined;
}
