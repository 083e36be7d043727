// Maths does not contain its own delimiters, so a search for its end stops at the next beginning: linear time.
const displayed =
  /\$\$(?<dollars>(?:[^$\\]|\\[^]){1,4000})\$\$|\\\[(?<brackets>(?:[^\\]|\\[^[\]]){1,4000})\\\]/u;
const inText =
  /(?<![\p{L}\p{N}$\\])\$(?![\s$])(?<dollar>(?:[^$\\\n]|\\[^\n]){1,500})(?<!\s)\$(?![\p{L}\p{N}$])|\\\((?<parentheses>(?:[^\\\n]|\\[^()\n]){1,1000})\\\)/u;

/** Maths in `$…$`, `$$…$$`, `\(…\)` or `\[…\]`: for `readMaths`. */
export const mathsPattern = new RegExp(`${displayed.source}|${inText.source}`, "u");

export interface MathsSpan {
  readonly type: "maths";
  readonly tex: string;
  readonly display: "inline" | "block";
  /** With its delimiters. */
  readonly source: string;
}

/** The mark at the beginning of a match that is no maths, in Markdown and as the text that it means. */
interface MathsMark {
  readonly type: "mark";
  readonly source: string;
  readonly text: string;
}

/**
 * The maths that a match of `mathsPattern` is, or only its first mark where it is rather money, or words in escaped
 * brackets; undefined for the match of another pattern.
 */
export function readMaths(
  source: string,
  groups: Readonly<Record<string, string | undefined>> = {},
): MathsSpan | MathsMark | undefined {
  const { dollars, brackets, dollar, parentheses } = groups;
  const tex = (dollars ?? brackets ?? dollar ?? parentheses)?.trim();
  if (tex === undefined) return undefined;
  if (!looksLikeMaths(tex, source)) {
    const mark = source.slice(0, /^(?:\\|\$\$)/.test(source) ? 2 : 1);
    return { type: "mark", source: mark, text: mark.replace("\\", "") };
  }
  const display = dollars === undefined && brackets === undefined ? "inline" : "block";
  return { type: "maths", tex, display, source };
}

function looksLikeMaths(tex: string, source: string): boolean {
  if (/\\[a-zA-Z]|[\^=]/.test(tex)) return true;
  // `\[1\]` is a bracket in which Markdown shall see no link.
  if (/^\d*$/.test(tex)) return tex !== "" && source.startsWith("$");
  // An amount, and then words: `$5 to 10$`.
  if (/^[\d.,]/.test(tex)) return !/\p{L}{2}/u.test(tex);
  return !/\p{L}{4}/u.test(tex);
}
