import type { MediaType } from "../../ports/document-source.ts";
import { readableText } from "../parsing/readable-text.ts";
import { sentenceEnds } from "../parsing/sentences.ts";
import type { Block } from "./block.ts";
import { escapeText } from "./escape-text.ts";
import { readMarkdown, readMdx } from "./read-markdown.ts";

/** The blocks of a passage, in order, by what it was cut from. */
export function readBlocks(text: string, mediaType: MediaType): readonly Block[] {
  if (mediaType === "text/markdown") return readMarkdown(text);
  if (mediaType === "text/mdx") return readMdx(text);
  return readableText(text, mediaType)
    .split(/\n+/)
    .map((line) => line.trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line))
    .map((line) => {
      const ends = [...sentenceEnds(line), line.length];
      const parts = ends.map((end, index) => escapeText(line.slice(ends[index - 1] ?? 0, end)));
      return { kind: "paragraph", lead: "", head: "", parts };
    });
}
