import type { MediaType } from "../../ports/document-source.ts";
import type { TextSpan } from "../../contract/text-span.ts";
import { parserOf } from "./parsers.ts";

/**
 * A passage's words for indexing and quoting, by its document's media type. Each line of the result is a
 * paragraph, an item, a row or a line of code, as `splitSentences` expects.
 */
export function readableText(text: string, mediaType: MediaType): string {
  return parserOf(mediaType)?.plain(text) ?? text;
}

/** The stretches of `readableText(text, mediaType)` that are code. */
export function codeInText(text: string, mediaType: MediaType): readonly TextSpan[] {
  return parserOf(mediaType)?.codeIn?.(text) ?? [];
}
