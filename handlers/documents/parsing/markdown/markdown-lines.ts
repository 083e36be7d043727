import { attributeListAt } from "./attribute-list.ts";

// Recognises the block that a line begins, by CommonMark's rules. Every pattern is anchored and lines are cut
// beforehand, so that no input makes a pattern slow.
export const blank = /^[ \t]*$/;
export const heading = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
export const headingAnywhere = /^[ \t]*(#{1,6})(?:[ \t]+(.*))?$/;
export const underline = /^ {0,3}(=+|-+)[ \t]*$/;
export const rule = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
export const fence = /^[ \t]*(`{3,}(?=[^`]*$)|~{3,})/;
export const listMarker = /^([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+|$)/;
export const tableRule = /^[ \t]*(?:\|[ \t]*)?:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*(?:\|[ \t]*)?$/;
export const admonition = /^[ \t]*:{3,}/;
export const admonitionEnd = /^[ \t]*:{3,}[ \t]*$/;
export const moduleLine =
  /^(?:import\s*(?:["'{*]|[\w$]+\s*(?:,|from\s*["']))|export\s+(?:(?:const|let|var)\s+[\w${[]|default\s+(?:function|class|async|[A-Z({])|(?:async\s+)?function\b[^(]*\(|class\s+[A-Z]|\{|\*\s*(?:from|as)\b))/;

const rawHtml = /^ {0,3}<(script|pre|style|textarea)(?:[\s>]|$)/i;
const blockHtml =
  /^ {0,3}<\/?(?:address|article|aside|base|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|meta|nav|noframes|ol|optgroup|option|p|param|search|section|source|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:\s|\/?>|$)/i;
const loneTag =
  /^ {0,3}<(?:\/[a-z][a-z\d-]*\s*|[a-z][a-z\d-]*(?:\s+[a-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?)>[ \t]*$/i;

/**
 * How an HTML block that begins on this line ends: with a text, or at a blank line (""); null: no HTML block.
 */
export function htmlEnd(line: string, interrupting: "paragraph" | "nothing"): string | null {
  if (!/^ {0,3}</.test(line)) return null;
  const raw = rawHtml.exec(line)?.[1];
  if (raw !== undefined) return `</${raw}>`;
  const opening = line.trimStart();
  if (opening.startsWith("<!--")) return "-->";
  if (opening.startsWith("<?")) return "?>";
  if (opening.startsWith("<![CDATA[")) return "]]>";
  if (/^<![a-z]/i.test(opening)) return ">";
  if (blockHtml.test(line)) return "";
  return interrupting === "nothing" && loneTag.test(line) ? "" : null;
}

/** Whether this line ends a paragraph above it. */
export function interrupts(line: string, isMdx: boolean): boolean {
  const first = /[^ \t]/.exec(line)?.[0] ?? "";
  if (!"#`~><-*_+:123456789".includes(first)) return false;
  if ((isMdx ? headingAnywhere : heading).test(line) || rule.test(line)) return true;
  // MDX has no indented code, because authors indent text within JSX.
  if (!isMdx && (line.startsWith("    ") || line.startsWith("\t"))) return false;
  if (fence.test(line) || first === ">") return true;
  if (admonition.test(line)) return !admonitionEnd.test(line);
  const marker = listMarker.exec(line);
  if (marker !== null) {
    return marker[3] !== "" && (/^[-*+]/.test(marker[2] ?? "") || /^1[.)]/.test(marker[2] ?? ""));
  }
  return !isMdx && htmlEnd(line, "paragraph") !== null;
}

/** The quote marks in front of a line's words. */
export const quoteMarks = /^(?:[ \t]{0,8}>)+[ \t]?/;

/** The code that a line opens, alone or as the first thing in a list item; undefined for any other line. */
export function openCode(line: string): { mark: string; info: string; indent: number } | undefined {
  const marker = listMarker.exec(line)?.[0] ?? "";
  const rest = line.slice(marker.length);
  const mark = fence.exec(rest)?.[1];
  if (mark === undefined) return undefined;
  const info = rest.trim().slice(mark.length).trim();
  return { mark, info, indent: marker.length + indentation(rest) };
}

/** A line's indentation in columns; a tab reaches to the next multiple of four. */
export function indentation(line: string): number {
  let width = 0;
  for (const character of line) {
    if (character === " ") width += 1;
    else if (character === "\t") width += 4 - (width % 4);
    else break;
  }
  return width;
}

/** A heading's text without closing marks and attributes, and its explicit anchor. */
export function headingParts(raw: string): { text: string; anchor: string | undefined } {
  const text = withoutClosing(raw.trim());
  const opening = Math.max(text.lastIndexOf("{"), text.lastIndexOf("<!--"));
  if (opening === -1) return { text, anchor: undefined };
  const own = () => withoutClosing(text.slice(0, opening).trimEnd());
  const list = attributeListAt(text, opening);
  if (list?.length === text.length - opening) return { text: own(), anchor: list.id };
  const custom =
    /^(?:\{#([^{}#\s][^{}]*)\}|\{\/\*\s*#([^\s*]+)\s*\*\/\}|<!--\s*#(\S+)\s*-->)$/.exec(
      text.slice(opening),
    );
  const anchor = custom?.[1] ?? custom?.[2] ?? custom?.[3];
  return anchor === undefined ? { text, anchor } : { text: own(), anchor };
}

// Without a pattern: one that looks for spaces before the end takes quadratic time.
function withoutClosing(text: string): string {
  let end = text.length;
  while (text[end - 1] === "#") end -= 1;
  const isClosing = end === 0 || text[end - 1] === " " || text[end - 1] === "\t";
  return isClosing ? text.slice(0, end).trimEnd() : text;
}
