import { button, element } from "./elements.ts";
import { problemOf } from "./request.ts";

/** What to show where something could not be fetched: why, and a button where trying again may help. */
export function troubleParts(error: unknown, retry: () => void): HTMLElement[] {
  const { detail, retryable } = problemOf(error);
  return [element("p", "", detail), ...(retryable ? [button("again", "Try again", retry)] : [])];
}
