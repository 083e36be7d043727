/**
 * The text with every NUL and lone surrogate replaced by U+FFFD, which PostgreSQL can store. One unit
 * replaces one unit, so that spans into the result are spans into the original.
 */
export function wellFormed(text: string): string {
  const paired = text.isWellFormed() ? text : text.toWellFormed();
  return paired.includes("\0") ? paired.replaceAll("\0", "\uFFFD") : paired;
}
