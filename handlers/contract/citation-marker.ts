// The citation marker, `[n]`: in an answer's text it names the n-th source, from 1. Only this file writes
// and reads it.

/** A marker, as the source of a regular expression without groups. */
export const markerSource = String.raw`\[\d{1,3}\]`;

/** A marker anywhere in a text; its group `number` holds the digits, at most three. */
export const markerPattern = /\[(?<number>\d{1,3})\]/g;

const endingMarker = new RegExp(`${markerSource}$`);
/** The longest marker, in UTF-16 units. */
const longestMarker = 5;

/** What a marker of a model's may begin with, and most text does not hold. */
export const markerStart = /[[【［]/;

/** Numbers and ranges of numbers, as models write them. */
const numberList = String.raw`\d{1,3}(?:\s?[,;、，–-]\s?\^?\d{1,3}){0,9}`;

/** A marker as models write it: also `[1, 2]`, `[1-3]`, `[^1]`, `【1】` and `【1†source】`. */
const modelMarker = new RegExp(
  String.raw`[[【［]\s?\^?(?<numbers>${numberList})\s?(?:†[^\]】］\n]{0,40})?[\]】］]`,
  "g",
);

/** The end of a text that the next piece of a stream may make into a marker. */
export const unfinishedMarker = /[[【［][\d ^,;、，–-]{0,60}(?:(?<=\d ?)†[^\]】］\n]{0,40})?$/;

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

/** The marker with which the text ends; undefined where it does not. */
export function markerAtEnd(text: string): string | undefined {
  return endingMarker.exec(text.slice(-longestMarker))?.[0];
}

/** The markers of a text, in order. */
export function readMarkers(text: string): CitationMarker[] {
  return Array.from(text.matchAll(markerPattern), ({ 0: whole, groups, index }) => ({
    number: Number(groups?.["number"]),
    start: index,
    end: index + whole.length,
  }));
}

/**
 * The text with something else in place of each marker as models write it. An interval such as `[0, 1]` is
 * no marker: no source has the number 0, which stays as it is beside another number.
 */
export function replaceModelMarkers(
  text: string,
  replace: (numbers: readonly number[]) => string,
): string {
  return text.replaceAll(modelMarker, (marker, list: string) => {
    const numbers = readNumbers(list);
    return numbers.length > 1 && numbers.includes(0) ? marker : replace(numbers);
  });
}

/** `1, 3-5` is 1, 3, 4 and 5. */
function readNumbers(list: string): number[] {
  return list.split(/[,;、，]/).flatMap((part) => {
    const [first = 0, last = first] = part
      .split(/[–-]/)
      .map((digits) => Number(digits.replace("^", "")));
    const length = Math.min(last - first, 9) + 1;
    return length < 1 ? [first, last] : Array.from({ length }, (_, index) => first + index);
  });
}

/** The text with something else in place of each marker. */
export function replaceMarkers(text: string, replace: (number: number) => string): string {
  return text.replaceAll(markerPattern, (_, digits: string) => replace(Number(digits)));
}

/** The text without its markers and the spaces before them. */
export function withoutMarkers(text: string): string {
  return text.replaceAll(new RegExp(String.raw`\s*${markerPattern.source}`, "g"), "");
}
