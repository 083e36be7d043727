/**
 * The form of a text that search and sorting compare: without differences of case and compatibility (NFKC),
 * in every script. Upper case, in which `ß` and `ss`, `ς` and `σ` are equal.
 */
export function fold(text: string): string {
  return text.normalize("NFKC").toUpperCase();
}
