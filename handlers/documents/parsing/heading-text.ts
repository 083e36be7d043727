/** What is searched beside a passage's own text. A title that is also the first heading counts once. */
export function headingText(title: string, headingPath: readonly string[]): string {
  return [...new Set([title, ...headingPath])].join("\n");
}
