import type { TextSpan } from "../../../contract/text-span.ts";
import { rememberByText } from "../../../lib/cache.ts";
import { itemIndent, unmarkedLines } from "./marked-lines.ts";

/** A stretch of the text of a page of HTML, without its fences. */
export interface HtmlStretch {
  readonly kind: "prose" | "code";
  /** Columns by which code is indented, as in an item of a list; its lines are without them. */
  readonly indent: number;
  readonly lines: readonly string[];
}

/** Puts fences around code, longer than its own, and indents it as in so many items. */
export function fenceCode(code: string, depth: number): string {
  const ticks = code.match(/`{3,}/g)?.reduce((most, run) => Math.max(most, run.length), 2) ?? 2;
  const fence = "`".repeat(ticks + 1);
  const indent = itemIndent.repeat(depth);
  return [fence, ...code.split("\n"), fence]
    .map((line) => (line === "" ? line : indent + line))
    .join("\n");
}

/** The stretches of a fenced text. A fence that nothing closes is text. */
export const readStretches = rememberByText((text): readonly HtmlStretch[] => {
  const lines = text.split("\n");
  const stretches: HtmlStretch[] = [];
  const closing = new Map<string, number>();
  for (const [index, line] of lines.entries()) if (/^ *`{3,}$/.test(line)) closing.set(line, index);
  let from = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const fence = lines[index] ?? "";
    if ((closing.get(fence) ?? -1) <= index) continue;
    const end = lines.indexOf(fence, index + 1);
    const indent = fence.indexOf("`");
    if (index > from) stretches.push({ kind: "prose", indent: 0, lines: lines.slice(from, index) });
    const code = lines.slice(index + 1, end).map((line) => line.slice(indent));
    stretches.push({ kind: "code", indent, lines: code });
    from = end + 1;
    index = end;
  }
  if (from < lines.length) stretches.push({ kind: "prose", indent: 0, lines: lines.slice(from) });
  return stretches;
});

/** The words of a fenced text. */
export function unfencedText(text: string): string {
  return readWords(text).text;
}

/** The stretches of `unfencedText(text)` that are code. */
export function unfencedCode(text: string): readonly TextSpan[] {
  return readWords(text).code;
}

const readWords = rememberByText((fenced) => {
  const pieces: string[] = [];
  const code: TextSpan[] = [];
  let at = 0;
  for (const { kind, lines } of readStretches(fenced)) {
    const words = kind === "code" ? lines : unmarkedLines(lines);
    const piece = words.join("\n");
    if (kind === "code") code.push({ start: at, end: at + piece.length });
    pieces.push(piece);
    at += piece.length + 1;
  }
  return { text: pieces.join("\n"), code };
});
