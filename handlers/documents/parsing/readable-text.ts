import type { MediaType } from "../../ports/document-source.ts";
import { parserOf } from "./parsers.ts";

/**
 * The words of a passage for indexing and quoting, by what it was cut from. A line of the result is a
 * paragraph, an item, a row or a line of code, which is what `splitSentences` takes.
 */
export function readableText(text: string, mediaType: MediaType): string {
  return parserOf(mediaType)?.plain(text) ?? text;
}
