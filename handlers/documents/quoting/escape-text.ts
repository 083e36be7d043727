import { listMarker } from "../parsing/markdown/markdown-lines.ts";

// ASCII's punctuation: what a backslash escapes (CommonMark, "Backslash escapes").
const escapes = /\\(?=[!-/:-@[-`{-~])/g;
/** A backslash in an address would become a part of the link. */
const address = /(https?:\/\/[^\s<>[\]\\`*]+)/;
const stars = /\*(?=\S)|(?<=\S)\*/g;
const underscores = /(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu;
const tildes = /~(?=~)/g;
/** What begins a link, such as the call `handlers[name](event)`. Numbers are escaped below. */
const links = /\[(?!\d{1,3}\])(?=[^\n]{0,300}?\]\()/g;
const tags = /<(?=[a-z/!?])|&(?=#?\w{1,31};)/gi;
const lineMark = /^(?:#{1,6}(?=\s|$)|>)/;
const numbers = /\[(\d{1,3})\]/g;

/**
 * A number in brackets as a quote may have it, where it would be read as a citation: escaped where it stands apart. A
 * footnote's mark stands behind its word, and goes; no footnote has the number 0.
 */
export function escapeNumber(digits: string, before: string): string {
  return digits === "0" || /^[\s(]?$/.test(before) ? `\\[${digits}\\]` : "";
}

/**
 * A line of plain text as Markdown that shows it as it is, such as `__init__` and `List<T>`. Backticks become quotes:
 * an escaped one would still be taken for code by what reads an answer's markers.
 */
export function escapeText(line: string): string {
  const [marker = ""] = listMarker.exec(line) ?? [];
  // Addresses are every second piece.
  const pieces = line.slice(marker.length).split(address);
  return (
    marker +
    pieces
      .map((piece, index) => (index % 2 === 1 ? piece : escapeMarks(piece)))
      .join("")
      .replace(lineMark, "\\$&")
      .replaceAll(numbers, (_, digits: string, at: number, whole: string) =>
        escapeNumber(digits, whole[at - 1] ?? ""),
      )
  );
}

function escapeMarks(text: string): string {
  return text
    .replaceAll(escapes, "\\\\")
    .replaceAll(stars, "\\*")
    .replaceAll(underscores, (run) => run.replaceAll("_", "\\_"))
    .replaceAll(tildes, "\\~")
    .replaceAll(links, "\\[")
    .replaceAll(tags, "\\$&")
    .replaceAll("`", "'");
}
