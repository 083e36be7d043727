import { markerPattern } from "../../../contract/citation-marker.ts";

export type Inline =
  | { readonly type: "text" | "code"; readonly text: string }
  | { readonly type: "citation"; readonly number: number }
  | { readonly type: "strong" | "emphasis"; readonly children: readonly Inline[] }
  | { readonly type: "link"; readonly url: string; readonly children: readonly Inline[] };

const escapedMark = /\\(?<escaped>[\\`*_[\]()#|>~-])/;
const codeSpan = /(?<!`)(?<ticks>`{1,8})(?!`)(?<code>[^]*?[^`])\k<ticks>(?!`)/;
const link =
  /!?\[(?<label>[^[\]\n]{0,300})\]\((?<url>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"\n]*")?\)/;
const bareLink = /(?<bare>https?:\/\/[^\s<>"'`\],*]*[^\s<>"'`\].,;:!?*_)])/;
const strongText = /\*\*(?=\S)(?<strong>[^]+?)(?<=\S)\*\*/;
const starred = /(?<![*\w])\*(?=[^\s*])(?<star>[^*\n]*?[^\s*])\*(?![*\w])/;
const underscored = /(?<![\p{L}\p{N}_])_(?=[^\s_])(?<underscore>[^_\n]*?[^\s_])_(?![\p{L}\p{N}_])/u;

/** Any span, in order of precedence. */
const pattern = new RegExp(
  [escapedMark, codeSpan, link, bareLink, markerPattern, strongText, starred, underscored]
    .map(({ source }) => source)
    .join("|"),
  "gu",
);

/** Splits a block's text into spans. Incomplete Markdown stays plain text. */
export function parseInline(text: string): Inline[] {
  const spans: Inline[] = [];
  let end = 0;
  const say = (words: string): void => {
    if (words === "") return;
    const last = spans.at(-1);
    if (last?.type === "text") spans.splice(-1, 1, { type: "text", text: last.text + words });
    else spans.push({ type: "text", text: words });
  };
  for (const match of text.matchAll(pattern)) {
    say(text.slice(end, match.index));
    end = match.index + match[0].length;
    const [whole] = match;
    const { escaped, code, label, url, bare, number, strong, star, underscore } =
      match.groups ?? {};
    const address = safeUrl(url ?? bare ?? "");
    if (escaped !== undefined) say(escaped);
    else if (code !== undefined)
      spans.push({ type: "code", text: code.replace(/^ (.+) $/s, "$1") });
    else if (label !== undefined && address) {
      spans.push({ type: "link", url: address, children: parseInline(label || address) });
    } else if (label !== undefined) say(label || whole);
    else if (bare !== undefined) {
      if (address)
        spans.push({ type: "link", url: address, children: [{ type: "text", text: bare }] });
      else say(whole);
    } else if (number !== undefined) spans.push({ type: "citation", number: Number(number) });
    else if (strong !== undefined) spans.push({ type: "strong", children: parseInline(strong) });
    else spans.push({ type: "emphasis", children: parseInline(star ?? underscore ?? "") });
  }
  say(text.slice(end));
  return spans;
}

/**
 * The text of an unfinished block without the incomplete mark at its end, and with open bold or code closed, so
 * that nothing flickers while the rest arrives.
 */
export function settle(text: string): string {
  const settled = text
    .replace(
      /!?\[[^\]\n]{0,80}\]\([^)\s]*$|\[[^\]\n]{0,40}$|(?<!\*)\*{1,2}$|\\$|\n\s*(?:[-*+>#|]+|\d{1,3}[.)]?)$/,
      "",
    )
    .trimEnd();
  const ticks = settled.match(/`/g)?.length ?? 0;
  if (ticks % 2 === 1) return settled.endsWith("`") ? settled.slice(0, -1) : `${settled}\``;
  const stars = settled.match(/\*\*/g)?.length ?? 0;
  return stars % 2 === 1 ? `${settled}**` : settled;
}

/** An absolute http(s) address, or undefined; nothing else becomes a link. */
export function safeUrl(url: string): string | undefined {
  try {
    const { protocol, href } = new URL(url);
    return protocol === "https:" || protocol === "http:" ? href : undefined;
  } catch {
    return undefined;
  }
}
