import { fence, listMarker } from "./markdown-lines.ts";

/** A slice of a text, and the line that opened the code which goes on behind it. */
export interface MendedSlice {
  readonly text: string;
  readonly open: string | undefined;
}

/**
 * A slice of Markdown that can be read by itself: where a cut went through code, its fence is closed
 * at the end of one slice and opened again at the beginning of the next. Linear.
 *
 * @param before the line that opened the code the slice begins in
 */
export function mendFences(slice: string, before: string | undefined): MendedSlice {
  let open = before;
  for (const line of slice.split(/\r\n?|\n/)) {
    const bare = open === undefined ? line.replace(listMarker, "") : line;
    const mark = fence.exec(bare)?.[1];
    if (mark === undefined) continue;
    if (open === undefined) open = bare.trim();
    else if (closes(open, bare.trim())) open = undefined;
  }
  const head = before === undefined ? "" : `${before}\n`;
  const tail = open === undefined ? "" : `\n${markOf(open)}`;
  return { text: head + slice + tail, open };
}

function closes(open: string, line: string): boolean {
  const mark = markOf(open);
  return line.startsWith(mark) && line.replaceAll(mark.charAt(0), "") === "";
}

function markOf(open: string): string {
  return /^(?:`+|~+)/.exec(open)?.[0] ?? "";
}
