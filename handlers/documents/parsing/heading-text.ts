/**
 * The text that is searched besides a passage's own: title, headings, description. A title that is also the
 * first heading counts once.
 *
 * @param description the document's own, for its first passage; null for the others
 */
export function headingText(
  title: string,
  headingPath: readonly string[],
  description: string | null = null,
): string {
  return [...new Set([title, ...headingPath, ...(description ? [description] : [])])].join("\n");
}
