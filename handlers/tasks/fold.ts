/**
 * A text as search and sorting see it: case and compatibility variants are alike, in every script.
 * Upper case, because that is what `ß` and `ss`, `ς` and `σ` have in common.
 */
export function fold(text: string): string {
  return text.normalize("NFKC").toUpperCase();
}
