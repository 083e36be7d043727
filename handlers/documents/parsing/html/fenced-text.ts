import type { TextSpan } from "../../../contract/text-span.ts";
import { rememberByText } from "../../../lib/cache.ts";

/** A stretch of the text of a page of HTML, without its fences. */
export interface HtmlStretch {
  readonly kind: "prose" | "code";
  readonly lines: readonly string[];
}

/** Puts fences around preformatted stretches, which stand on lines of their own, in order. */
export function fenceStretches(text: string, stretches: readonly TextSpan[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of stretches) {
    const code = text.slice(start, end);
    const ticks = code.match(/`{3,}/g)?.reduce((most, run) => Math.max(most, run.length), 2) ?? 2;
    const fence = "`".repeat(ticks + 1);
    pieces.push(text.slice(at, start), `${fence}\n${code}\n${fence}`);
    at = end;
  }
  return pieces.join("") + text.slice(at);
}

/** The stretches of a fenced text. A fence that nothing closes is text. */
export const readStretches = rememberByText((text): readonly HtmlStretch[] => {
  const lines = text.split("\n");
  const stretches: HtmlStretch[] = [];
  const closing = new Map<string, number>();
  for (const [index, line] of lines.entries()) if (/^`{3,}$/.test(line)) closing.set(line, index);
  let from = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const fence = lines[index] ?? "";
    if ((closing.get(fence) ?? -1) <= index) continue;
    const end = lines.indexOf(fence, index + 1);
    if (index > from) stretches.push({ kind: "prose", lines: lines.slice(from, index) });
    stretches.push({ kind: "code", lines: lines.slice(index + 1, end) });
    from = end + 1;
    index = end;
  }
  if (from < lines.length) stretches.push({ kind: "prose", lines: lines.slice(from) });
  return stretches;
});

/** The words of a fenced text. */
export function unfencedText(text: string): string {
  return readStretches(text)
    .map(({ lines }) => lines.join("\n"))
    .join("\n");
}

/** The stretches of `unfencedText(text)` that are code. */
export function unfencedCode(text: string): readonly TextSpan[] {
  const spans: TextSpan[] = [];
  let at = 0;
  for (const { kind, lines } of readStretches(text)) {
    const end = at + lines.join("\n").length;
    if (kind === "code") spans.push({ start: at, end });
    at = end + 1;
  }
  return spans;
}
