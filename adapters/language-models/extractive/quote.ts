import { formatMarker } from "../../../handlers/contract/citation-marker.ts";
import type { Quote } from "../../../handlers/ports/language-model.ts";

/** The reply that quotes: block after block, each with its passage's marker. */
export function quoteBlocks(quotes: readonly Quote[]): string {
  return quotes
    .map(({ text, marker }) => {
      if (marker === null) return text;
      return `${text}${needsOwnLine(text) ? "\n\n" : " "}${formatMarker(marker)}`;
    })
    .join("\n\n");
}

/** Behind a fence a marker would be code, behind a row a cell. */
function needsOwnLine(text: string): boolean {
  const last = text.slice(text.lastIndexOf("\n") + 1).trim();
  return /^`{3,}$/.test(last) || last.startsWith("|");
}
