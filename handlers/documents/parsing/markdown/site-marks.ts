import { attributeListAt } from "./attribute-list.ts";

/*
 * What documentation tools add to Markdown, and their readers do not see: Hugo's shortcodes, tags of Liquid,
 * Jinja and Markdoc, MyST's roles, Obsidian's links, notes and tabs of MkDocs, GitHub's alerts.
 */

/** A mark within a line. */
interface SiteMark {
  readonly length: number;
  /** What a reader sees in its place. */
  readonly shown: string;
}

/** UTF-16 units, more than any real mark has; bounds the look ahead. */
const longest = 1_000;

const tag = /^(?:\{\{[<%][^]*?[>%]\}\}|\{%-?[ \t]*\/?[a-z][^\n]*?%\})/i;
const titledRole = /^\{[a-z][\w:+.-]{0,60}\}`([^`<\n]{1,200}?)[ \t]*<[^<>`\n]{1,300}>`/i;
const role = /^\{[a-z][\w:+.-]{0,60}\}(?=`[^`])/i;
const pageLink = /^\[\[([\p{L}#][^[\]|\n,;=]{0,200})(?:\|([^[\]\n]{1,200}))?\]\](?![([])/u;
const shownAttribute =
  /[\s"'](?:title|label|text|header|name|caption|description|alt)=(?:"([^"]*)"|'([^']*)')/g;
/** A tag whose first word in quotes is its title. */
const titled = /^\{[{%][<%]?-?[ \t]*(?:tab|details|expand|heading|badge)[ \t]+"([^"]*)"/;

/** The mark that begins with the brace or bracket at an offset; undefined where none does. */
export function siteMarkAt(text: string, at: number): SiteMark | undefined {
  const window = text.slice(at, at + longest);
  if (window.startsWith("[")) {
    // An index, such as R's `list[[name]]`. Chinese and the like have no space before a link.
    if (/[\w)\]]/.test(text[at - 1] ?? "")) return undefined;
    const [whole, page = "", alias] = pageLink.exec(window) ?? [];
    if (whole === undefined) return undefined;
    // In a table, the bar is escaped.
    const name = page.replace(/\\$/, "").replace(/^#\^?/, "").replaceAll(/#\^?/g, " > ");
    return { length: whole.length, shown: (alias ?? name).trim() };
  }
  const whole = tag.exec(window)?.[0];
  if (whole !== undefined) return { length: whole.length, shown: shownByTag(whole) };
  const [reference, title = ""] = titledRole.exec(window) ?? [];
  if (reference !== undefined) return { length: reference.length, shown: title };
  const name = role.exec(window)?.[0];
  if (name !== undefined) return { length: name.length, shown: "" };
  // Elsewhere, braces may be a formula's or JSX.
  if (!/[)\]`]/.test(text[at - 1] ?? "") && text[at + 1] !== ":") return undefined;
  const attributes = attributeListAt(text, at);
  return attributes && { length: attributes.length, shown: "" };
}

/** The title or label that a tag shows; "" where it has none. */
export function shownByTag(whole: string): string {
  const [, title] = titled.exec(whole) ?? [];
  if (title !== undefined) return title;
  return Array.from(whole.matchAll(shownAttribute), ([, double, single]) => double ?? single ?? "")
    .filter((value) => value !== "")
    .join(": ");
}
