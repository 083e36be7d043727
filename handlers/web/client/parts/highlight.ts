// The thread that the page starts when an answer has code in a known language.
import library from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import php from "highlight.js/lib/languages/php";
import powershell from "highlight.js/lib/languages/powershell";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import type { HighlightRequest, Token, TokenKind } from "../markdown/highlighter.ts";

const languages = {
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  php,
  powershell,
  python,
  ruby,
  rust,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};

/** The kinds of the library's scopes; within any other scope, text is of the kind around it. */
const kinds: Readonly<Record<string, TokenKind>> = {
  addition: "added",
  attr: "name",
  attribute: "name",
  built_in: "title",
  bullet: "keyword",
  class: "title",
  comment: "comment",
  deletion: "removed",
  keyword: "keyword",
  link: "string",
  literal: "number",
  meta: "comment",
  name: "keyword",
  number: "number",
  property: "name",
  quote: "comment",
  regexp: "string",
  section: "title",
  "selector-class": "title",
  "selector-id": "title",
  "selector-tag": "keyword",
  string: "string",
  subst: "plain",
  symbol: "number",
  title: "title",
  type: "title",
  variable: "name",
};

for (const [name, language] of Object.entries(languages)) library.registerLanguage(name, language);
// The library's own languages of these names colour only lines with a prompt.
library.registerAliases(["console", "shell"], { languageName: "bash" });

addEventListener("message", ({ data }: MessageEvent<HighlightRequest>) => {
  postMessage(readTokens(data));
});
// Says that it has loaded.
postMessage("loaded");

function readTokens({ text, language }: HighlightRequest): readonly Token[] {
  try {
    const { value } = library.highlight(text, { language, ignoreIllegals: true });
    return tokensIn(value);
  } catch {
    return [[text, "plain"]];
  }
}

const markup = /<span class="(?:hljs-)?([\w-]*)[^>]*>|<\/span>|[^<]+/g;
const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#x27;": "'",
};

/** The tokens of the library's HTML, which is text and nested spans. The page takes no HTML. */
function tokensIn(html: string): Token[] {
  const tokens: Token[] = [];
  const open: TokenKind[] = ["plain"];
  for (const [whole, scope] of html.matchAll(markup)) {
    if (scope !== undefined) open.push(kinds[scope] ?? open.at(-1) ?? "plain");
    else if (whole === "</span>") open.pop();
    else {
      const text = whole.replaceAll(/&(?:amp|lt|gt|quot|#x27);/g, (name) => entities[name] ?? name);
      tokens.push([text, open.at(-1) ?? "plain"]);
    }
  }
  return tokens;
}
