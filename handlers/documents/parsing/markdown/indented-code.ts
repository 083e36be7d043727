import { heading, indentation, listMarker, quoteMarks, rule } from "./markdown-lines.ts";

/** Columns that make a line code. */
export const codeColumns = 4;
/** Columns by which the text of a list item is indented, at least. */
const itemColumns = 2;

/** Marks whose text is indented on further lines: of notes, tabs, definitions and footnotes. */
const hanging = /^ {0,3}(?:!!!|\?\?\?|={3}|:[ \t]|\[\^)/;
/** Authors indent text between the tags of components, and Docusaurus reads that as text in .md too. */
const component = /^[ \t]*<\/?[A-Z]/;

/**
 * Which lines of Markdown are code by their indentation alone (CommonMark, "Indented code blocks"), with blank ones
 * between them. Lines in fences do not matter. MDX has no such code.
 */
export function indentedCode(lines: readonly string[]): readonly boolean[] {
  const found = lines.map(() => false);
  if (lines.some((line) => component.test(line))) return found;
  let isHanging = false;
  let mayBegin = true;
  /** The last line of code. */
  let last: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") {
      mayBegin = true;
      continue;
    }
    const isIndented = indentation(line) >= codeColumns && !isHanging;
    // A passage may begin within a list.
    const isItem = listMarker.test(line.replace(quoteMarks, ""));
    if (isIndented && (last === undefined ? mayBegin && !isItem : true)) {
      found.fill(true, last ?? index, index + 1);
      last = index;
      continue;
    }
    last = undefined;
    if (hanging.test(line) || isItem) isHanging = true;
    else if (mayBegin && indentation(line) < itemColumns) isHanging = false;
    mayBegin = heading.test(line) || rule.test(line);
  }
  return found;
}
