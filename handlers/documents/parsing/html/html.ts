import { cutText } from "../../../lib/text.ts";
import type { ParsedBlock, Reading } from "../block.ts";
import { decodeEntity } from "./entities.ts";
import { htmlTokens } from "./html-tokens.ts";
import { createMappedText } from "./mapped-text.ts";
import { markPassage } from "./marked-passage.ts";
import { createNumberRows } from "./number-rows.ts";
import { createPageStructure, isListName } from "./page-structure.ts";
import { cellBorder, decodeRow, encodeRow } from "./row-code.ts";
import type { Attributes } from "./tag-reader.ts";

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
// UTF-16 units between two places to pause.
const stride = 2_048;
// A longer heading was never closed.
const longestHeading = 500;
const longestTitle = 1_000;
// Further headings count as text, so that memory stays bounded.
const mostHeadings = 20_000;

// In a cell of a table a block is a part of its row, up to so many UTF-16 units: a longer row lays out a page.
const longestRow = 500;
const inCells = new Set("p div center ul ol menu li dl dt dd address blockquote".split(" "));

type Heading = Extract<ParsedBlock, { kind: "heading" }>;

/**
 * Extracts the text that a page shows, without navigation: from `<main>`, else `<article>`, else everything.
 * Each block becomes a line; `locate` maps spans to the source. Takes linear time.
 */
export function* readHtml(source: string): Generator<void, Reading> {
  const found = yield* findScopes(source);
  for (const scope of ["main", "article"]) {
    if (!found.has(scope)) continue;
    const reading = yield* readScope(source, scope);
    if (reading.text !== "") return reading;
  }
  return yield* readScope(source, null);
}

/** Which of `<main>` and `<article>` a page seems to have. */
function* findScopes(source: string): Generator<void, Set<string>> {
  const found = new Set<string>();
  let steps = 0;
  for (let at = source.indexOf("<"); at !== -1; at = source.indexOf("<", at + 1)) {
    const name = /^(main|article)[\s>]/i.exec(source.slice(at + 1, at + 9))?.[1];
    if (name !== undefined) found.add(name.toLowerCase());
    steps += 1;
    if (steps % 1_000 === 0) yield;
  }
  return found;
}

function* readScope(source: string, scope: string | null): Generator<void, Reading> {
  const text = createMappedText();
  // Each block's start, end and form; -1 minus its index for a heading.
  const rows = createNumberRows();
  const structure = createPageStructure();
  const headings: Heading[] = [];
  let title: string | undefined;
  let description: string | undefined;
  let inside = 0;
  const skipped = { name: "", depth: 0 };
  let isPre = false;
  let section: string | undefined;
  let heading: { level: number; anchor: string | undefined } | null = null;

  const finish = () => {
    const isShort = structure.inRow() || structure.inItem();
    const taken = text.take(isShort && !isPre ? "\n" : "\n\n");
    if (taken !== null) {
      const { start, end, beginning } = taken;
      const isHeading = end - start <= longestHeading && headings.length < mostHeadings;
      if (heading !== null && isHeading) {
        const words = beginning.replace(/\s+/g, " ").replace(/[ \u200B#\u00B6]+$/, "");
        const anchor = heading.anchor ?? section ?? null;
        headings.push({ start, end, kind: "heading", level: heading.level, text: words, anchor });
        rows.push(start, end, -headings.length);
        structure.endItems();
      } else {
        rows.push(start, end, encodeRow(structure.form(isPre, rows.length)));
      }
      section = undefined;
    }
    heading = null;
    structure.endRow();
  };

  /** Ends a block, unless it is a part of a cell. */
  const separate = (name: string) => {
    const isInCell = structure.inRow() && inCells.has(name) && text.size() <= longestRow;
    if (isInCell) text.insert("\n");
    else finish();
  };

  const open = (name: string, attributes: Attributes, isSelfClosing: boolean) => {
    if (name === scope) inside += 1;
    const isHidden = hides(attributes) && !selfEnding.has(name);
    const isChrome = chrome.has(name) && inside === 0 && scope === null;
    if (unread.has(name) || isHidden || isChrome) {
      if (!isSelfClosing) Object.assign(skipped, { name, depth: 1 });
      return;
    }
    if (name === "meta" && attributes.get("name")?.toLowerCase() === "description") {
      description ??= decode(attributes.get("content") ?? "");
    }
    if (breaking.has(name)) separate(name);
    if (name === "pre") isPre = true;
    if (name === "section" || name === "div") section = attributes.get("id") ?? section;
    if (/^h[1-6]$/.test(name)) heading = { level: Number(name[1]), anchor: attributes.get("id") };
    if (name === "a" && heading !== null) {
      heading.anchor ??= attributes.get("id") ?? attributes.get("name");
    }
    if (inside === 0 && scope !== null) return;
    if (name === "li" && structure.inRow() && text.size() > 0) text.insert("\u2022 ");
    if (!isPre) structure.open(name, attributes);
    if (name === "br") text.insert("\n");
    if (name === "td" || name === "th") openCell(name, attributes);
    if (name === "img") text.insert(` ${decode(attributes.get("alt") ?? "")} `);
  };

  const openCell = (name: string, attributes: Attributes) => {
    const isFirst = text.size() === 0;
    if (!structure.inRow()) return isFirst ? undefined : text.insert(" \u00B7 ");
    text.insert(cellBorder.repeat(structure.cell(name, attributes, isFirst)));
  };

  const close = (name: string) => {
    if (name === scope) inside = Math.max(0, inside - 1);
    if (breaking.has(name)) separate(name);
    else if (name === scope) finish();
    if (name === "pre") isPre = false;
    if (!isPre) structure.close(name);
    if (name === "table" || (isListName(name) && !structure.inItem())) text.part();
  };

  let pausedAt = 0;
  let isTitle = false;
  for (const token of htmlTokens(source)) {
    if (token.end - pausedAt > stride) {
      pausedAt = token.end;
      yield;
    }
    if (token.kind === "text") {
      const { start, end } = token;
      if (isTitle) title ??= titleOf(cutText(source.slice(start, end), longestTitle));
      else if (skipped.depth === 0 && (scope === null || inside > 0)) {
        yield* text.add(source, start, end, isPre);
      }
      continue;
    }
    const { kind: side, name, attributes, isSelfClosing } = token;
    if (skipped.depth > 0) {
      if (name === skipped.name && !isSelfClosing) skipped.depth += side === "open" ? 1 : -1;
      continue;
    }
    isTitle = name === "title" && side === "open";
    if (isTitle || name === "title") continue;
    if (side === "open") open(name, attributes, isSelfClosing);
    else close(name);
  }
  finish();
  const whole = text.toString();
  function* blocks(): Generator<ParsedBlock> {
    for (let row = 0; row < rows.length; row += 1) {
      const code = rows.get(row, 2);
      const { kind } = decodeRow(code);
      yield (
        headings[-1 - code] ?? {
          kind: kind === "row" || kind === "more" ? "item" : kind,
          start: rows.get(row, 0),
          end: rows.get(row, 1),
        }
      );
    }
  }
  const locate = (start: number, end: number) => text.locate(start, end);
  const mend = (slice: string, _before: string | undefined, start: number) => ({
    text: markPassage(whole, start, start + slice.length, rows),
    open: undefined,
  });
  return { text: whole, blocks: blocks(), title, description, locate, mend };
}

function hides(attributes: Attributes): boolean {
  return attributes.get("aria-hidden") === "true" || attributes.has("hidden");
}

function titleOf(text: string): string {
  return decode(text).replace(/\s+/g, " ").trim();
}

function decode(text: string): string {
  return text.replace(/&#?\w{1,31};?/g, (reference) => decodeEntity(reference) ?? reference);
}
