import { openCode } from "./markdown-lines.ts";

/** A slice of a text; `open` is the fence of code that goes on after it. */
export interface MendedSlice {
  readonly text: string;
  readonly open: string | undefined;
}

/**
 * Makes a slice of Markdown readable alone: a code block that was cut is closed at the end of a slice and
 * opened again at the beginning of the next. Takes linear time.
 *
 * @param before the fence of the code in which the slice begins
 */
export function mendFences(slice: string, before: string | undefined): MendedSlice {
  let open = before;
  for (const line of slice.split(/\r\n?|\n/)) {
    if (open === undefined) {
      const code = openCode(line);
      if (code !== undefined) open = code.mark + code.info;
    } else if (closes(open, line.trim())) open = undefined;
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
