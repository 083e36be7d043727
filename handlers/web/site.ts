import { accentsFor } from "./accents.ts";

/** What an operator may change about the page; undefined: Docent's own. */
export interface Site {
  readonly name: string | undefined;
  /** `#rrggbb`. */
  readonly color: string | undefined;
  /** The text below the page's first heading. */
  readonly welcome: string | undefined;
  /** Characters (code points) of a question, at most. */
  readonly messageMaximum?: number;
}

const ownName = "Docent";
const ownAccent = "#1d6b58";

/** The page with the operator's name, colour, welcome text and limit. Texts are escaped; the script stays as it is. */
export function dressPage(html: string, { name, color, welcome, messageMaximum }: Site): string {
  const accents = color === undefined ? undefined : accentsFor(color);
  const pieces = html.split(/(<(?:script|style)>[^]*?<\/(?:script|style)>)/);
  const dressed = pieces.map((piece) => {
    if (piece.startsWith("<script>")) return piece;
    if (piece.startsWith("<style>")) {
      if (!accents) return piece;
      const { light, dark } = accents;
      return piece.replace("</style>", `:root{--accent:light-dark(${light},${dark})}</style>`);
    }
    let markup = piece;
    if (messageMaximum !== undefined)
      markup = markup.replace(/(data-limit=")\d+/, (_, start) => `${start}${messageMaximum}`);
    if (name !== undefined) markup = markup.replaceAll(ownName, () => escapeText(name));
    if (accents)
      markup = markup.replaceAll(encodeURIComponent(ownAccent), `%23${accents.light.slice(1)}`);
    if (welcome !== undefined) {
      const text = escapeText(welcome);
      markup = markup
        .replace(/(<p id="welcome-text">)[^]*?(<\/p>)/, (_, start, end) => start + text + end)
        .replace(/(name="description"\s+content=")[^"]*/, (_, start) => start + text);
    }
    return markup;
  });
  return dressed.join("");
}

function escapeText(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
