import type { DocumentParser } from "../parser.ts";
import { codeSpans, mdxCodeSpans, plainMdx, plainText } from "./plain-text.ts";

/** Parses CommonMark with GitHub's tables, and documentation tools' admonitions and heading ids. */
export const markdownParser: DocumentParser = {
  mediaType: "text/markdown",
  extensions: ["md", "markdown"],
  read: (bytes) => read(bytes, "markdown"),
  plain: plainText,
  codeIn: codeSpans,
};

/** Parses MDX: Markdown with JSX, imports and exports. */
export const mdxParser: DocumentParser = {
  mediaType: "text/mdx",
  extensions: ["mdx"],
  read: (bytes) => read(bytes, "mdx"),
  plain: plainMdx,
  codeIn: mdxCodeSpans,
};

// On first use, so that a worker that reads no documents starts without it.
async function* read(bytes: Uint8Array<ArrayBuffer>, flavour: "markdown" | "mdx") {
  const { readMarkdownDocument } = await import("./read.ts");
  return yield* readMarkdownDocument(bytes, flavour);
}
