/** A list that is open. */
export interface ListLevel {
  /** The column of its items' marks. */
  readonly indent: number;
}

/** Models indent the items of an inner list by two columns, whatever the mark of the outer one. */
const step = 2;
/** Deeper items join the list at this depth. */
const greatestDepth = 6;

/** The columns of space in front of a line; a tab goes to the next multiple of 4. */
export function readIndent(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === "\t") columns += 4 - (columns % 4);
    else if (character === " ") columns += 1;
    else break;
  }
  return columns;
}

/** The lists that a line with this indentation is within. */
export function enclosingLists(lists: readonly ListLevel[], indent: number): readonly ListLevel[] {
  const outside = lists.findIndex((list) => indent < list.indent + step);
  const inner = outside === -1 ? lists : lists.slice(0, outside);
  return inner.slice(0, greatestDepth);
}
