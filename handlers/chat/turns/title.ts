/** Code points, at most. */
const titleLength = 80;

/** Characters of a line that are examined, because the expressions take quadratic time. */
const markupLength = 400;

const words = new Intl.Segmenter("en", { granularity: "word" });

/** A conversation's title: its first message as one line without markup, cut at a word. */
export function titleOf(message: string): string {
  for (const line of message.split("\n")) {
    const title = cut(withoutCourtesy(withoutMarkup(line)));
    if (/[\p{L}\p{N}]/u.test(title)) return title;
  }
  return cut(message.trim().replaceAll(/\s+/g, " "));
}

/** Removes Markdown's marks around text. */
function withoutMarkup(line: string): string {
  return line
    .slice(0, markupLength)
    .replace(/[\uD800-\uDBFF]$/, "")
    .replace(/^\s*(?:```|~~~).*$/, "")
    .replace(/^(?:\s*(?:>|#{1,6}\s|[-*+]\s))+/, "")
    .replaceAll(/!?\[([^\]]*)\]\([^)\s]*\)/g, "$1")
    .replaceAll(/(\*\*|__|`+)(?=\S)(.*?\S)\1/g, "$2")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function withoutCourtesy(line: string): string {
  const rest = line.replace(/^please\b[\s,:]*/i, "");
  return rest === line ? line : rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** Cuts at a word border of the script; inside a word only if that word alone is too long. */
function cut(line: string): string {
  if (Array.from(line).length <= titleLength) return line;
  let title = "";
  let length = 0;
  for (const { segment } of words.segment(line)) {
    length += Array.from(segment).length;
    if (length >= titleLength) break;
    title += segment;
  }
  title = title.replace(/[\s\p{P}]+$/u, "");
  if (title !== "") return `${title}…`;
  return `${Array.from(line)
    .slice(0, titleLength - 1)
    .join("")}…`;
}
