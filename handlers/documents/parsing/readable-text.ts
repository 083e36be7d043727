import type { MediaType } from "./document.ts";
import { plainText } from "./markdown/plain-text.ts";

// What begins a line of its own in plain text as well.
const listed = /^\s*(?:[-*+\u2022]|\d{1,9}[.)])\s/;

/**
 * The words of a passage for indexing and quoting, by what it was cut from. A line of the result is a
 * paragraph, an item, a row or a line of code, which is what `splitSentences` takes.
 */
export function readableText(text: string, mediaType: MediaType): string {
  // Taken out of its markup already: what looks like markup in it is text.
  if (mediaType === "text/html") return text;
  if (mediaType === "text/plain") {
    return text
      .split(/\r\n?|\n/)
      .map(
        (line, index) =>
          (index === 0 ? "" : line.trim() === "" || listed.test(line) ? "\n" : " ") + line.trim(),
      )
      .join("")
      .replace(/\n /g, "\n\n");
  }
  return plainText(text);
}
