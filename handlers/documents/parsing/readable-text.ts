import type { MediaType } from "../../ports/document-source.ts";
import { parserOf } from "./parsers.ts";

/**
 * A passage's words for indexing and quoting, by its document's media type. Each line of the result is a
 * paragraph, an item, a row or a line of code, as `splitSentences` expects.
 */
export function readableText(text: string, mediaType: MediaType): string {
  return parserOf(mediaType)?.plain(text) ?? text;
}
