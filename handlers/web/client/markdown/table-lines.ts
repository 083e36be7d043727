/** Of a column; undefined where its delimiter says nothing. */
export type Alignment = "start" | "center" | "end" | undefined;

const delimiterCell = /^:?-+:?$/;

/** Whether two lines are a table's header and the delimiters below it (GitHub's Markdown, "Tables"). */
export function startsTable(line: string, below: string): boolean {
  if (!line.includes("|") || !below.includes("-")) return false;
  const delimiters = splitCells(below);
  if (!delimiters.every((cell) => delimiterCell.test(cell))) return false;
  // Models miscount. A line that begins with a bar is meant as a row all the same.
  return /^\s*\|/.test(line) || splitCells(line).length === delimiters.length;
}

/** The columns' alignments, from a table's delimiters. */
export function readAlignments(line: string): Alignment[] {
  return splitCells(line).map((cell) => {
    if (cell.endsWith(":")) return cell.startsWith(":") ? "center" : "end";
    return cell.startsWith(":") ? "start" : undefined;
  });
}

/** A row's cells, in linear time. `\|` is a bar within a cell. */
export function splitCells(line: string): string[] {
  const row = line.trim();
  const cells: string[] = [];
  let cell = "";
  for (let at = row.startsWith("|") ? 1 : 0; at < row.length; at += 1) {
    const character = row.charAt(at);
    if (character === "\\" && at + 1 < row.length) {
      const next = row.charAt(at + 1);
      cell += next === "|" ? next : character + next;
      at += 1;
    } else if (character === "|") {
      cells.push(cell.trim());
      cell = "";
    } else cell += character;
  }
  if (cell.trim() !== "" || cells.length === 0) cells.push(cell.trim());
  return cells;
}
