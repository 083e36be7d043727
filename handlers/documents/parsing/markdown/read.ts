import type { Reading } from "../block.ts";
import { decodeText } from "../text/encoding.ts";
import { mendFences } from "./fences.ts";
import { readFrontMatter } from "./front-matter.ts";
import { markdownBlocks } from "./markdown.ts";
import { outdentText } from "./outdent.ts";

// UTF-16 units that are worked on between two places to pause.
const stride = 4_096;

/** Decodes Markdown or MDX and finds its blocks; yields where the caller may pause. @throws UnreadableBytes */
export function* readMarkdownDocument(
  bytes: Uint8Array<ArrayBuffer>,
  flavour: "markdown" | "mdx",
): Generator<void, Reading> {
  const text = yield* decodeText(bytes);
  const { values, end } = readFrontMatter(text);
  const lines = yield* withLineFeeds(text);
  return {
    text,
    blocks: markdownBlocks(lines, end, flavour),
    frontMatter: values,
    description: values.get("description"),
    mend(slice, before, start) {
      const hasIndentedCode = flavour === "markdown" && before === undefined;
      return mendFences(hasIndentedCode ? outdentText(slice, text, start) : slice, before);
    },
  };
}

/**
 * The text with each line end as a line feed, `\r\n` as a space and a line feed: its length stays, so that
 * offsets also hold for the original.
 */
function* withLineFeeds(text: string): Generator<void, string> {
  if (!text.includes("\r")) return text;
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = start + stride - (text[start + stride - 1] === "\r" ? 1 : 0);
    // With patterns: replaceAll of a text makes a string of many parts, which takes long to join.
    pieces.push(text.slice(start, end).replace(/\r\n/g, " \n").replace(/\r/g, "\n"));
    start = end;
    yield;
  }
  return pieces.join("");
}
