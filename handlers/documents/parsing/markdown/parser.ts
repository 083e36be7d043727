import type { DocumentParser } from "../parser.ts";
import { decodeText } from "../text/encoding.ts";
import { mendFences } from "./fences.ts";
import { readFrontMatter } from "./front-matter.ts";
import { markdownBlocks } from "./markdown.ts";
import { plainText } from "./plain-text.ts";

/** Parses CommonMark with GitHub's tables, and documentation tools' admonitions and heading ids. */
export const markdownParser: DocumentParser = {
  mediaType: "text/markdown",
  extensions: ["md", "markdown"],
  read: (bytes) => readMarkdown(bytes, "markdown"),
  plain: plainText,
};

/** Parses MDX: Markdown with JSX, imports and exports. */
export const mdxParser: DocumentParser = {
  mediaType: "text/mdx",
  extensions: ["mdx"],
  read: (bytes) => readMarkdown(bytes, "mdx"),
  plain: plainText,
};

// A generator for its type alone: the blocks are read one by one, and that is where to pause.
// oxlint-disable-next-line require-yield
function* readMarkdown(bytes: Uint8Array<ArrayBuffer>, flavour: "markdown" | "mdx") {
  const text = decodeText(bytes);
  const { values, end } = readFrontMatter(text);
  return {
    text,
    blocks: markdownBlocks(text, end, flavour),
    frontMatter: values,
    description: values.get("description"),
    mend: mendFences,
  };
}
