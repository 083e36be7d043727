/**
 * What is searched beside a passage's own text. A title that is also the first heading counts once.
 *
 * @param description what the document says of itself: of its first passage, null of others
 */
export function headingText(
  title: string,
  headingPath: readonly string[],
  description: string | null = null,
): string {
  return [...new Set([title, ...headingPath, ...(description ? [description] : [])])].join("\n");
}
