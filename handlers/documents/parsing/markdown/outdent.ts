import { withoutIndent } from "../../../lib/text.ts";
import { codeColumns, indentedCode } from "./indented-code.ts";
import { indentation, openCode } from "./markdown-lines.ts";

/** UTF-16 units that are read before a passage, to find the note or list item that it goes on with. */
const lookBehind = 8_000;

/**
 * A passage that begins within a note, a tab or a list item, with the text of that one less indented: read alone, it
 * would be code by its indentation.
 *
 * @param start the place of `passage` in `text`
 */
export function outdentText(passage: string, text: string, start: number): string {
  const lines = passage.split("\n");
  const end = lines.findIndex((line, index) => index > 0 && isText(line));
  const beginning = end === -1 ? lines : lines.slice(0, end);
  const [first = ""] = beginning;
  // Fenced code stays as it is.
  const isFenced = isText(first) && openCode(first) !== undefined;
  if (isFenced || !indentedCode(beginning).includes(true)) return passage;
  const before = text.slice(Math.max(0, start - lookBehind), start).split("\n");
  const line = before.pop() ?? "";
  const whole = indentedCode([...before, line + first, ...beginning.slice(1)]);
  const isCode = whole.slice(before.length);
  return [...outdent(beginning, isCode), ...lines.slice(beginning.length)].join("\n");
}

function isText(line: string): boolean {
  return line.trim() !== "" && indentation(line) < codeColumns;
}

/** The lines, indented so little that none is taken for code unless it is. */
function outdent(lines: readonly string[], isCode: readonly boolean[]): readonly string[] {
  const wrong = indentedCode(lines).map((isTaken, index) => isTaken && isCode[index] !== true);
  const columns = lines
    .filter((line, index) => wrong[index] === true && line.trim() !== "")
    .map((line) => indentation(line));
  if (columns.length === 0) return lines;
  const least = Math.min(...columns);
  const less = lines.map((line, index) =>
    wrong[index] === true ? withoutIndent(line, least) : line,
  );
  return outdent(less, isCode);
}
