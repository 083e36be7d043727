import type { DocumentParser } from "../parser.ts";
import { decodeText } from "../text/encoding.ts";
import { unfencedCode, unfencedText } from "./fenced-text.ts";

export const htmlParser: DocumentParser = {
  mediaType: "text/html",
  extensions: ["html", "htm"],
  async *read(bytes) {
    // On first use, so that a worker that reads no documents starts without it.
    const { readHtml } = await import("./html.ts");
    return yield* readHtml(yield* decodeText(bytes));
  },
  // Besides fences, the text has no markup any more; what looks like markup is text.
  plain: unfencedText,
  codeIn: unfencedCode,
};
