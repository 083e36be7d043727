export type HtmlToken =
  | { readonly kind: "text"; readonly start: number; readonly end: number }
  | {
      readonly kind: "open" | "close";
      readonly name: string;
      readonly tag: string;
      readonly end: number;
    };

// The content of these elements is text up to the closing tag.
const raw = new Set([
  "script",
  "style",
  "textarea",
  "title",
  "xmp",
  "iframe",
  "noembed",
  "noframes",
]);

/** The tags and texts of HTML in order, without comments and declarations. Accepts any text. */
export function* htmlTokens(source: string): Generator<HtmlToken> {
  let at = 0;
  while (at < source.length) {
    const opening = source.indexOf("<", at);
    if (opening === -1) break;
    if (!/^<(?:[a-z]|\/[a-z]|!|\?)/i.test(source.slice(opening, opening + 3))) {
      yield { kind: "text", start: at, end: opening + 1 };
      at = opening + 1;
      continue;
    }
    if (opening > at) yield { kind: "text", start: at, end: opening };
    at = tagEnd(source, opening);
    const tag = source.slice(opening, at);
    const name = /^<\/?([a-z][^\s/>]*)/i.exec(tag)?.[1]?.toLowerCase();
    if (name === undefined) continue;
    yield { kind: tag.startsWith("</") ? "close" : "open", name, tag, end: at };
    if (!raw.has(name) || tag.startsWith("</")) continue;
    const closing = new RegExp(`</${name}(?=[\\s/>])`, "gi");
    closing.lastIndex = at;
    const end = closing.exec(source)?.index ?? source.length;
    if (end > at) yield { kind: "text", start: at, end };
    at = end;
  }
  if (at < source.length) yield { kind: "text", start: at, end: source.length };
}

/** The undecoded value of a tag's attribute; `""` when it has no value. */
export function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(
    `[\\s"'/]${name}(?:\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+)))?(?=[\\s/>])`,
    "i",
  ).exec(tag);
  return found === null ? undefined : (found[1] ?? found[2] ?? found[3] ?? "");
}

function tagEnd(source: string, from: number): number {
  if (source.startsWith("<!--", from)) {
    const end = source.indexOf("-->", from + 2);
    return end === -1 ? source.length : end + 3;
  }
  // A quote only counts at the beginning of a value.
  const token = /=\s*(?:"[^"]*"|'[^']*')|>/g;
  token.lastIndex = from;
  for (let found = token.exec(source); found !== null; found = token.exec(source)) {
    if (found[0] === ">") return found.index + 1;
  }
  return source.length;
}
