import type { DocumentParser } from "../parser.ts";
import { decodeText } from "../text/encoding.ts";
import { readHtml } from "./html.ts";

export const htmlParser: DocumentParser = {
  mediaType: "text/html",
  extensions: ["html", "htm"],
  *read(bytes) {
    return yield* readHtml(yield* decodeText(bytes));
  },
  // The text has no markup any more; what looks like markup is text.
  plain: (text) => text,
};
