import { replaceMarkers } from "../../../../handlers/contract/citation-marker.ts";

/** The text with `[1]` as `(1)`, because a number in brackets would be read as a citation. */
export function plain(text: unknown): string {
  return replaceMarkers(String(text), (number) => `(${number})`);
}
