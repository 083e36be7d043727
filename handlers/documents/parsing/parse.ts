import type { SourceDocument } from "../../ports/document-source.ts";
import type { ParsedDocument, ParsedPassage } from "./document.ts";
import type { FrontMatter } from "./markdown/front-matter.ts";
import { fileUrl, pageUrl, withAnchor } from "./page-url.ts";
import { UnreadableBytes } from "./parser.ts";
import { parserOf } from "./parsers.ts";
import { outline } from "./sections.ts";

export interface ParseOptions {
  /** Where the documents are published, or null when they are nowhere. */
  readonly urlBase: string | null;
  /** Lets other work run; called about every 64 K characters, a few milliseconds of work. */
  readonly pause: () => Promise<void>;
}

/**
 * Decodes a document and cuts it into passages along its headings, pausing as it goes, however large
 * it is. Spans are UTF-16 units into the decoded text. Any text is a document.
 *
 * @throws UnreadableBytes when the bytes are not of the document's media type
 */
export async function parseDocument(
  document: SourceDocument,
  options: ParseOptions,
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
  const parser = parserOf(document.mediaType);
  if (!parser) throw new UnreadableBytes(`no parser reads ${document.mediaType}`);
  const reading = yield* parser.read(document.bytes);
  const { frontMatter } = reading;
  const url = document.url ?? publishedUrl(urlBase, document.path, frontMatter);
  const given = document.title?.trim() || frontMatter?.get("title")?.trim() || undefined;
  const named = given ?? (reading.title || undefined);
  if (frontMatter?.get("draft") === "true" || frontMatter?.get("unlisted") === "true") {
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

function publishedUrl(base: string | null, path: string, frontMatter: FrontMatter | undefined) {
  if (base === null) return null;
  return frontMatter === undefined ? fileUrl(base, path) : pageUrl(base, path, frontMatter);
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
