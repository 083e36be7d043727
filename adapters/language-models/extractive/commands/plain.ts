import { replaceMarkers } from "../../../../handlers/contract/citation-marker.ts";

/** A number in brackets would be read as a citation. */
export function plain(text: unknown): string {
  return replaceMarkers(String(text), (number) => `(${number})`);
}
