import type { MediaType } from "../../ports/document-source.ts";
import { readableText } from "../parsing/readable-text.ts";
import { readStretches } from "../parsing/html/fenced-text.ts";
import type { Block } from "./block.ts";
import { createBlockBuilder } from "./block-builder.ts";
import { escapeText } from "./escape-text.ts";
import { readMarkdown, readMdx } from "./read-markdown.ts";

/** The blocks of a passage, in order, by what it was cut from. */
export function readBlocks(text: string, mediaType: MediaType): readonly Block[] {
  if (mediaType === "text/markdown") return readMarkdown(text);
  if (mediaType === "text/mdx") return readMdx(text);
  const stretches =
    mediaType === "text/html"
      ? readStretches(text)
      : [{ kind: "prose" as const, lines: readableText(text, mediaType).split("\n") }];
  const builder = createBlockBuilder();
  for (const { kind, lines } of stretches) {
    if (kind === "code") builder.code({ info: "", indent: 0, lines });
    else readLines(lines, builder);
  }
  return builder.finish();
}

/** Each line is a paragraph; one without a letter or digit only separates others. */
function readLines(lines: readonly string[], builder: ReturnType<typeof createBlockBuilder>): void {
  for (const line of lines) {
    if (!/[\p{L}\p{N}]/u.test(line)) continue;
    builder.words(escapeText(line.trim()), 0);
    builder.blank();
  }
}
