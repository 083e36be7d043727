import { replaceMarkers } from "../../contract/citation-marker.ts";
import type { MediaType } from "../../ports/document-source.ts";
import { readableText } from "../parsing/readable-text.ts";
import { sentenceEnds } from "../parsing/sentences.ts";
import type { Block } from "./block.ts";
import { readMarkdown } from "./read-markdown.ts";

/** The blocks of a passage, in order, by what it was cut from. Its own footnote marks would be read as ours, and go. */
export function readBlocks(text: string, mediaType: MediaType): readonly Block[] {
  if (mediaType === "text/markdown" || mediaType === "text/mdx") return readMarkdown(text);
  return replaceMarkers(readableText(text, mediaType), () => "")
    .split(/\n+/)
    .map((line) => line.replaceAll(/`/g, "'").trim())
    .filter((line) => line !== "")
    .map((line) => {
      const ends = [...sentenceEnds(line), line.length];
      const parts = ends.map((end, index) => line.slice(ends[index - 1] ?? 0, end));
      return { kind: "paragraph", lead: "", head: "", parts };
    });
}
