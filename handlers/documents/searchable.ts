import type { MediaType } from "./document.ts";
import { plainText } from "./plain-text.ts";

/** What is searched beside a passage's own text. A title that is also the first heading counts once. */
export function headingText(title: string, headingPath: readonly string[]): string {
  return [...new Set([title, ...headingPath])].join("\n");
}

/** A passage's words without the markup its text may have. */
export function bodyText(mediaType: MediaType, text: string): string {
  const hasMarkup = mediaType === "text/markdown" || mediaType === "text/mdx";
  return hasMarkup ? plainText(text) : text;
}
