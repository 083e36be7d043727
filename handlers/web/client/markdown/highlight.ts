import { element } from "../lib/elements.ts";
import { createHighlighter, type Token } from "./highlighter.ts";

/** The names that the library knows: a test compares them. Other code stays as it is. */
export const knownLanguages: ReadonlySet<string> = new Set(
  "atom bash console c c# c++ cc cjs cpp cs csharp css cts cxx diff docker dockerfile gemspec go golang gyp h h++ hh hpp html hxx ini ipython irb java javascript js json json5 jsonc jsp jsx kotlin kt ktm kts ktx mjs mts patch php plist podspec powershell ps ps1 pwsh py python rb rs rss ruby rust sh shell sql svg swift thor toml ts tsx typescript wsf xhtml xjb xml xsd xsl yaml yml zsh".split(
    " ",
  ),
);

/** Longer code, in UTF-16 units, stays as it is: each token becomes an element. */
const longest = 30_000;

const highlighter = createHighlighter();

/** Colours finished code in a known language, once the library has loaded. Without it, the code stays as it is. */
export function highlight(code: HTMLElement, language: string): void {
  const name = language.toLowerCase();
  const text = code.textContent ?? "";
  if (knownLanguages.has(name) && text.length <= longest) {
    colour(code, text, name).catch(() => undefined);
  }
}

async function colour(code: HTMLElement, text: string, language: string): Promise<void> {
  const tokens = await highlighter.read(text, language);
  const isWhole = tokens.map(([piece]) => piece).join("") === text;
  if (isWhole && code.textContent === text) code.replaceChildren(...tokens.map(render));
}

function render([text, kind]: Token): Node | string {
  return kind === "plain" ? text : element("span", `code-${kind}`, text);
}
