/** The text with `[1]` as `(1)`, because a number in brackets would be read as a citation. */
export function plain(text: unknown): string {
  return String(text).replaceAll(/\[(\d{1,3})\]/g, "($1)");
}
