import type { DocumentParser } from "../parser.ts";
import { decodeText } from "../text/encoding.ts";
import { readHtml } from "./html.ts";

export const htmlParser: DocumentParser = {
  mediaType: "text/html",
  extensions: ["html", "htm"],
  read: (bytes) => readHtml(decodeText(bytes)),
  // Taken out of its markup already: what looks like markup in it is text.
  plain: (text) => text,
};
