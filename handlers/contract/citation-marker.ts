// The citation marker, `[n]`: in an answer's text it names the n-th source, from 1. Only this file writes
// and reads it.

/** The first character of every marker, rare in other text. */
export const markerStart = "[";

/** A marker anywhere in a text; its group `number` holds the digits, at most three. */
export const markerPattern = /\[(?<number>\d{1,3})\]/g;

/** The beginning of a marker at the end of a text, which the next piece of a stream may complete. */
export const unfinishedMarker = /\[\d{0,3}$/;

export interface CitationMarker {
  /** The source's place, from 1. */
  readonly number: number;
  /** Where the marker begins and ends, in UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
}

/** The marker of the source with this number, from 1. */
export function formatMarker(number: number): string {
  return `[${number}]`;
}

/** The markers of a text, in order. */
export function readMarkers(text: string): CitationMarker[] {
  return Array.from(text.matchAll(markerPattern), ({ 0: whole, groups, index }) => ({
    number: Number(groups?.["number"]),
    start: index,
    end: index + whole.length,
  }));
}

/** The text with something else in place of each marker. */
export function replaceMarkers(text: string, replace: (number: number) => string): string {
  return text.replaceAll(markerPattern, (_, digits: string) => replace(Number(digits)));
}

/** The text without its markers and the spaces before them. */
export function withoutMarkers(text: string): string {
  return text.replaceAll(new RegExp(String.raw`\s*${markerPattern.source}`, "g"), "");
}
