import type { DocumentParser } from "../parser.ts";
import { decodeText } from "./encoding.ts";
import { plainParagraphs } from "./paragraphs.ts";

// List items begin a line of their own in plain text too.
const listed = /^\s*(?:[-*+\u2022]|\d{1,9}[.)])\s/;

export const textParser: DocumentParser = {
  mediaType: "text/plain",
  extensions: ["txt"],
  *read(bytes) {
    const text = yield* decodeText(bytes);
    return { text, blocks: plainParagraphs(text) };
  },
  plain: (text) =>
    text
      .split(/\r\n?|\n/)
      .map(
        (line, index) =>
          (index === 0 ? "" : line.trim() === "" || listed.test(line) ? "\n" : " ") + line.trim(),
      )
      .join("")
      .replace(/\n /g, "\n\n"),
};
