import { listMarker } from "../parsing/markdown/markdown-lines.ts";

// ASCII's punctuation: what a backslash escapes (CommonMark, "Backslash escapes").
const escapes = /\\(?=[!-/:-@[-`{-~])/g;
const stars = /\*(?=\S)|(?<=\S)\*/g;
const underscores = /(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu;
const tags = /<(?=[a-z/!?])|&(?=#?\w{1,31};)/gi;
const lineMark = /^(?:#{1,6}(?=\s|$)|>)/;
const numbers = /\[(\d{1,3})\]/g;

/**
 * A number in brackets as a quote may have it, where it would be read as a citation: escaped where it stands apart. A
 * footnote's mark stands behind its word, and goes.
 */
export function escapeNumber(digits: string, before: string): string {
  return /^[\s(]?$/.test(before) ? `\\[${digits}\\]` : "";
}

/**
 * A line of plain text as Markdown that shows it as it is, such as `__init__` and `List<T>`. Backticks become quotes:
 * an escaped one would still be taken for code by what reads an answer's markers.
 */
export function escapeText(line: string): string {
  const [marker = ""] = listMarker.exec(line) ?? [];
  const rest = line.slice(marker.length);
  return (
    marker +
    rest
      .replaceAll(escapes, "\\\\")
      .replaceAll(stars, "\\*")
      .replaceAll(underscores, (run) => run.replaceAll("_", "\\_"))
      .replaceAll(tags, "\\$&")
      .replace(lineMark, "\\$&")
      .replaceAll("`", "'")
      .replaceAll(numbers, (_, digits: string, at: number, whole: string) =>
        escapeNumber(digits, whole[at - 1] ?? ""),
      )
  );
}
