import type { LineBlock } from "./block.ts";
import { readIndent } from "./lists.ts";

// Each pattern reads a line once: what it repeats cannot begin what follows, so that no line makes it slow.
const fence = /^\s*(`{3,}(?=[^`]*$)|~{3,})/;
const heading = /^ {0,3}(#{1,6})\s/;
const rule = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const bullet = /^\s*(?:[-*+•]|(\d{1,9})[.)])\s/;
const task = /^\[([ xX])\]\s+(?=\S)/;
const quote = /^ {0,3}> ?/;

/** The line that opens a code block. */
export interface Fence {
  readonly mark: string;
  readonly language: string;
  /** Columns in front of it, which its lines lose too. */
  readonly indent: number;
}

/** The fence that a line is; undefined if it is none. Any indentation is accepted, as items have many. */
export function openFence(line: string): Fence | undefined {
  const [whole, mark] = fence.exec(line) ?? [];
  if (whole === undefined || mark === undefined) return undefined;
  const [, language = ""] = /^\s*([^\s`]*)/.exec(line.slice(whole.length)) ?? [];
  return { mark, language, indent: readIndent(line) };
}

/** Whether a line closes the code block that the fence opens. */
export function closesFence({ mark }: Fence, line: string): boolean {
  const found = line.trim();
  return found.startsWith(mark) && found.replaceAll(mark.charAt(0), "") === "";
}

/** The block that a line begins. Further lines may be behind it. */
export function parseLine(line: string): LineBlock {
  const [marks, level] = heading.exec(line) ?? [];
  if (marks !== undefined && level !== undefined) {
    return { type: "heading", level: level.length, text: withoutClosing(line.slice(marks.length)) };
  }
  if (rule.test(line)) return { type: "rule" };
  const item = bullet.exec(line);
  if (item) {
    const number = item[1] === undefined ? undefined : Number(item[1]);
    const text = line.slice(item[0].length).trimStart();
    const [box, mark] = task.exec(text) ?? [];
    if (box === undefined) return { type: "item", number, done: undefined, text };
    return { type: "item", number, done: mark !== " ", text: text.slice(box.length) };
  }
  const quoted = quote.exec(line)?.[0];
  if (quoted !== undefined) return { type: "quote", text: line.slice(quoted.length) };
  return { type: "paragraph", text: line.trim() };
}

/** A heading's text without the marks that close it. */
function withoutClosing(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s#]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end).trimStart();
}
