import { button, element } from "./elements.ts";
import { problemOf } from "./request.ts";

/**
 * The elements to show in place of content that could not be fetched: the reason, and a button if a retry may
 * help.
 */
export function troubleParts(error: unknown, retry: () => void): HTMLElement[] {
  const { detail, retryable } = problemOf(error);
  return [element("p", "", detail), ...(retryable ? [button("again", "Try again", retry)] : [])];
}
