import type { Reading } from "./block.ts";
import type { ParsedDocument, ParsedPassage, SourceDocument } from "./document.ts";
import { readFrontMatter } from "./markdown/front-matter.ts";
import type { FrontMatter } from "./markdown/front-matter.ts";
import { readHtml } from "./html/html.ts";
import { markdownBlocks } from "./markdown/markdown.ts";
import { fileUrl, pageUrl, withAnchor } from "./page-url.ts";
import { plainParagraphs } from "./plain-paragraphs.ts";
import { outline } from "./sections.ts";
import { replaceUnstorable } from "../../lib/text.ts";

export interface ParseOptions {
  /** Where the documents are published, or null when they are nowhere. */
  readonly urlBase: string | null;
}

export interface PausingParseOptions extends ParseOptions {
  /** Lets other work run; called about every 64 K characters, a few milliseconds of work. */
  readonly pause: () => Promise<void>;
}

/**
 * Cuts a document into passages along its headings. Spans are UTF-16 units into the content as
 * `replaceUnstorable` returns it, which has the length of the content. Any text is a document: nothing throws.
 */
export function parse(document: SourceDocument, options: ParseOptions): ParsedDocument {
  const steps = parseSteps(document, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** `parse` for where requests are being served: pauses as it goes, however large the document is. */
export async function parsePausing(
  document: SourceDocument,
  options: PausingParseOptions,
): Promise<ParsedDocument> {
  const steps = parseSteps(document, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await options.pause();
  }
}

function* parseSteps(
  document: SourceDocument,
  { urlBase }: ParseOptions,
): Generator<void, ParsedDocument> {
  const content = replaceUnstorable(document.content);
  const isMarkdown = document.mediaType === "text/markdown" || document.mediaType === "text/mdx";
  const { values, end } = isMarkdown ? readFrontMatter(content) : { values: new Map(), end: 0 };
  const url = document.url ?? publishedUrl(urlBase, document.path, isMarkdown ? values : null);
  const given = document.title?.trim() || values.get("title")?.trim() || undefined;
  const reading = yield* read(document.mediaType, content, end);
  const named = given ?? (reading.title || undefined);
  if (values.get("draft") === "true" || values.get("unlisted") === "true") {
    return { title: given ?? nameOf(document.path), url, passages: [] };
  }

  const sections = outline(reading, given);
  const passages: ParsedPassage[] = [];
  for (const section of sections.passages()) {
    if (section === null) {
      yield;
      continue;
    }
    const { headingPath, anchor, start, end: until } = section;
    passages.push({
      ordinal: passages.length,
      headingPath,
      url: withAnchor(url, anchor),
      ...(reading.locate?.(start, until) ?? { start, end: until }),
      text: reading.text.slice(start, until),
    });
  }
  return { title: sections.title() ?? named ?? nameOf(document.path), url, passages };
}

function* read(
  mediaType: SourceDocument["mediaType"],
  content: string,
  from: number,
): Generator<void, Reading> {
  if (mediaType === "text/html") return yield* readHtml(content);
  if (mediaType === "text/plain") return { text: content, blocks: plainParagraphs(content) };
  const flavour = mediaType === "text/mdx" ? "mdx" : "markdown";
  return { text: content, blocks: markdownBlocks(content, from, flavour) };
}

function publishedUrl(base: string | null, path: string, frontMatter: FrontMatter | null) {
  if (base === null) return null;
  return frontMatter === null ? fileUrl(base, path) : pageUrl(base, path, frontMatter);
}

/** `guides/02-getting_started.md` → `Getting started`; an index is named after its folder. */
function nameOf(path: string): string {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  const last = segments.at(-1)?.replace(/\.[^.]+$/, "") ?? "";
  const isIndex = /^(?:index|readme)$/i.test(last) && segments.length > 1;
  const name = isIndex ? (segments.at(-2) ?? last) : last;
  const bare = /^\d+[-_.]\d+/.test(name) ? name : name.replace(/^\d+\s*[-_.]+\s*(?=\S)/, "");
  const words = bare.replace(/[-_\s]+/g, " ").trim();
  return words === "" ? path : words.charAt(0).toUpperCase() + words.slice(1);
}
