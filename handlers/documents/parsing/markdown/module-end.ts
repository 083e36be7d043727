/**
 * The end of an import or export: the first blank line at which its brackets are closed; -1 if that is too far.
 */
export function moduleEnd(text: string, start: number): number {
  const end = Math.min(text.length, start + 20_000);
  // A quote without a closing one is not searched again.
  const unclosed = new Set<string>();
  let depth = 0;
  for (let at = start; at < end; at += 1) {
    const character = text.charAt(at);
    if (character === "\n" && depth <= 0 && /^[ \t]*\n/.test(text.slice(at + 1, at + 200)))
      return at;
    if ("([{".includes(character)) depth += 1;
    else if (")]}".includes(character)) depth -= 1;
    else if ("\"'`".includes(character) && !unclosed.has(character)) {
      const closing = closingQuote(text, at, end);
      if (closing === -1) unclosed.add(character);
      else at = closing;
    }
  }
  return depth <= 0 && end === text.length ? end : -1;
}

/** The offset of the quote that closes the one at `from`, before `end`; -1 if there is none. */
function closingQuote(text: string, from: number, end: number): number {
  const quote = text.charAt(from);
  for (let at = from + 1; at < end; at += 1) {
    const character = text.charAt(at);
    if (character === quote) return at;
    if (character === "\n" && quote !== "`") return -1;
    if (character === "\\") at += 1;
  }
  return -1;
}
