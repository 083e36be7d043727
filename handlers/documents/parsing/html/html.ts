import type { ParsedBlock, Reading } from "../block.ts";
import { decodeEntity } from "./entities.ts";
import { attribute, htmlTokens } from "./html-tokens.ts";
import { createMappedText } from "./mapped-text.ts";

const breaking = new Set(
  "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol optgroup option p pre search section select summary table tbody tfoot thead tr ul".split(
    " ",
  ),
);
const unread = new Set(
  "script style template noscript svg math iframe object canvas audio video button select textarea nav footer noembed noframes xmp".split(
    " ",
  ),
);
// These elements are the site's frame outside of the content, and the author's within it.
const chrome = new Set(["header", "aside", "form"]);
// Elements without a closing tag, so that a hidden one ends at once.
const selfEnding = new Set(
  "p li td th tr dt dd option area base br col embed hr img input link meta source track wbr".split(
    " ",
  ),
);
const stride = 65_536;
// A longer heading was never closed.
const longestHeading = 500;

/**
 * Extracts the text that a page shows, without navigation: from `<main>`, else `<article>`, else everything.
 * Each block becomes a line; `locate` maps spans to the source.
 */
export function* readHtml(source: string): Generator<void, Reading> {
  const scopes = ["main", "article"].filter((name) =>
    new RegExp(`<${name}[\\s>]`, "i").test(source),
  );
  for (const scope of scopes) {
    const reading = yield* readScope(source, scope);
    if (reading.text !== "") return reading;
  }
  return yield* readScope(source, null);
}

function* readScope(source: string, scope: string | null): Generator<void, Reading> {
  const text = createMappedText();
  const blocks: ParsedBlock[] = [];
  let title: string | undefined;
  let description: string | undefined;
  let inside = 0;
  const skipped = { name: "", depth: 0 };
  let kind: "prose" | "item" | "verbatim" = "prose";
  let isPre = false;
  let section: string | undefined;
  let heading: { level: number; anchor: string | undefined } | null = null;

  const finish = () => {
    const taken = text.take(kind === "item" ? "\n" : "\n\n");
    if (taken !== null && heading !== null && taken.text.length <= longestHeading) {
      const words = taken.text.replace(/\s+/g, " ").replace(/[ \u200B#\u00B6]+$/, "");
      const anchor = heading.anchor ?? section ?? null;
      blocks.push({ ...taken, kind: "heading", level: heading.level, text: words, anchor });
    } else if (taken !== null) {
      blocks.push({ kind, start: taken.start, end: taken.end });
    }
    if (taken !== null) section = undefined;
    heading = null;
    kind = isPre ? "verbatim" : "prose";
  };

  const open = (name: string, tag: string) => {
    if (name === scope) inside += 1;
    const isHidden = /\s(?:hidden|aria-hidden)/i.test(tag) && hides(tag) && !selfEnding.has(name);
    const isChrome = chrome.has(name) && inside === 0 && scope === null;
    if (unread.has(name) || isHidden || isChrome) {
      if (!tag.endsWith("/>")) Object.assign(skipped, { name, depth: 1 });
      return;
    }
    if (name === "meta" && attribute(tag, "name")?.toLowerCase() === "description") {
      description ??= decode(attribute(tag, "content") ?? "");
    }
    if (breaking.has(name)) finish();
    if (name === "pre") isPre = true;
    if (name === "pre") kind = "verbatim";
    if (name === "li" || name === "tr") kind = "item";
    if (name === "section" || name === "div") section = attribute(tag, "id") ?? section;
    if (/^h[1-6]$/.test(name)) heading = { level: Number(name[1]), anchor: attribute(tag, "id") };
    if (name === "a" && heading !== null) {
      heading.anchor ??= attribute(tag, "id") ?? attribute(tag, "name");
    }
    if (inside === 0 && scope !== null) return;
    if (name === "br") text.insert("\n");
    if ((name === "td" || name === "th") && !text.isEmpty()) text.insert(" \u00B7 ");
    if (name === "img") text.insert(` ${decode(attribute(tag, "alt") ?? "")} `);
  };

  const close = (name: string) => {
    if (name === scope) inside = Math.max(0, inside - 1);
    if (name === "pre") isPre = false;
    if (breaking.has(name) || name === scope) finish();
    if (name === "ul" || name === "ol" || name === "table") text.part();
  };

  let pausedAt = 0;
  let isTitle = false;
  for (const token of htmlTokens(source)) {
    if (token.end - pausedAt > stride) {
      pausedAt = token.end;
      yield;
    }
    if (token.kind === "text") {
      if (isTitle)
        title ??= decode(source.slice(token.start, token.end)).replace(/\s+/g, " ").trim();
      else if (skipped.depth === 0 && (scope === null || inside > 0)) {
        yield* text.add(source, token.start, token.end, isPre);
      }
      continue;
    }
    const { kind: side, name, tag } = token;
    if (skipped.depth > 0) {
      if (name === skipped.name && !tag.endsWith("/>")) skipped.depth += side === "open" ? 1 : -1;
      continue;
    }
    isTitle = name === "title" && side === "open";
    if (isTitle || name === "title") continue;
    if (side === "open") open(name, tag);
    else close(name);
  }
  finish();
  const whole = text.toString();
  const locate = (start: number, end: number) => text.locate(start, end);
  return { text: whole, blocks, title, description, locate };
}

function hides(tag: string): boolean {
  return attribute(tag, "aria-hidden") === "true" || attribute(tag, "hidden") !== undefined;
}

function decode(text: string): string {
  return text.replace(/&#?\w{1,31};?/g, (reference) => decodeEntity(reference) ?? reference);
}
