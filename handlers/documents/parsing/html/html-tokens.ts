import { createTagReader, type Tag } from "./tag-reader.ts";

export type HtmlToken =
  | { readonly kind: "text"; readonly start: number; readonly end: number }
  | Tag;

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

// UTF-16 units that are searched for the end of a text or of a raw element before a token is yielded.
const stride = 2_048;

/**
 * The tags and texts of HTML in order, without comments and declarations. Accepts any text. Takes linear time,
 * and yields a token every 2,048 units at least, except for tags: a long text comes in several tokens.
 */
export function* htmlTokens(source: string): Generator<HtmlToken> {
  const readTag = createTagReader(source);
  let at = 0;
  while (at < source.length) {
    const opening = nextMarkup(source, at);
    if (opening > at) {
      yield { kind: "text", start: at, end: opening };
      at = opening;
      continue;
    }
    if (/[!?]/.test(source.charAt(at + 1))) {
      at = declarationEnd(source, at);
      continue;
    }
    const tag = readTag(at);
    at = tag.end;
    yield tag;
    if (tag.kind === "close" || !raw.has(tag.name)) continue;
    while (at < source.length && !closes(source, at, tag.name)) {
      const end = nextClosing(source, at, tag.name);
      yield { kind: "text", start: at, end };
      at = end;
    }
  }
}

/** The next tag, comment or declaration; or a place before it, at most `stride` units of `<` ahead. */
function nextMarkup(source: string, from: number): number {
  for (let at = source.indexOf("<", from); at !== -1; at = source.indexOf("<", at + 1)) {
    if (startsMarkup(source, at)) return at;
    if (at - from >= stride) return at;
  }
  return source.length;
}

function startsMarkup(source: string, at: number): boolean {
  const next = source.charAt(at + 1);
  return next === "!" || next === "?" || isLetter(next === "/" ? source.charAt(at + 2) : next);
}

function isLetter(character: string): boolean {
  return /^[a-z]/i.test(character);
}

function declarationEnd(source: string, from: number): number {
  const mark = source.startsWith("<!--", from) ? "-->" : ">";
  const end = source.indexOf(mark, from + 2);
  return end === -1 ? source.length : end + mark.length;
}

/** Where a raw element's closing tag begins; or a place before it, at most `stride` units of `</` ahead. */
function nextClosing(source: string, from: number, name: string): number {
  for (let at = source.indexOf("</", from); at !== -1; at = source.indexOf("</", at + 2)) {
    if (closes(source, at, name) || (at > from && at - from >= stride)) return at;
  }
  return source.length;
}

function closes(source: string, at: number, name: string): boolean {
  if (!source.startsWith("</", at)) return false;
  const end = at + 2 + name.length;
  return source.slice(at + 2, end).toLowerCase() === name && /^[\s/>]/.test(source.charAt(end));
}
