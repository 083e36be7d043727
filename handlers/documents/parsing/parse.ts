import type { SourceDocument } from "../../ports/document-source.ts";
import type { ParsedDocument, ParsedPassage } from "./document.ts";
import type { FrontMatter } from "./markdown/front-matter.ts";
import { fileUrl, pageUrl, withAnchor, withoutNumber, type NumberPrefixes } from "./page-url.ts";
import { publishedPath } from "./edition.ts";
import { UnreadableBytes } from "./parser.ts";
import { parserOf } from "./parsers.ts";
import { outline } from "./sections.ts";

export interface ParseOptions {
  /** The base address of the published documents; null: not published. */
  readonly urlBase: string | null;
  readonly numberPrefixes: NumberPrefixes;
  /** Lets other work run; called every 64 K characters or so, a few milliseconds of work. */
  readonly pause: () => Promise<void>;
}

const longestDescription = 500;

/**
 * Decodes a document and cuts it into passages along its headings; calls `pause` as it goes. Offsets are UTF-16
 * units into the decoded text.
 *
 * @throws UnreadableBytes when the bytes are not of the document's media type
 */
export async function parseDocument(
  document: SourceDocument,
  options: ParseOptions,
): Promise<ParsedDocument> {
  const steps = parseSteps(document, options);
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return step.value;
    await options.pause();
  }
}

async function* parseSteps(
  document: SourceDocument,
  options: ParseOptions,
): AsyncGenerator<void, ParsedDocument> {
  const parser = parserOf(document.mediaType);
  if (!parser) throw new UnreadableBytes(`no parser reads ${document.mediaType}`);
  const reading = yield* parser.read(document.bytes);
  const { frontMatter } = reading;
  const url = document.url ?? publishedUrl(document.path, frontMatter, options);
  const given = document.title?.trim() || frontMatter?.get("title")?.trim() || undefined;
  const named = given ?? (reading.title || undefined);
  const about = { url, description: oneLine(reading.description) };
  const name = nameOf(document.path, options.numberPrefixes);
  if (frontMatter && isUnpublished(document.path, frontMatter)) {
    return { ...about, title: given ?? name, passages: [] };
  }

  const sections = outline(reading, given);
  const passages: ParsedPassage[] = [];
  let open: string | undefined;
  for (const section of sections.passages()) {
    if (section === null) {
      yield;
      continue;
    }
    const { headingPath, anchor, start, end: until, isContinued } = section;
    const slice = reading.text.slice(start, until);
    const mended = reading.mend?.(slice, isContinued ? open : undefined);
    open = mended?.open;
    const text = mended?.text ?? slice;
    const words = parser.plain(text);
    if (words.trim() === "") continue;
    passages.push({
      ordinal: passages.length,
      headingPath,
      url: withAnchor(url, anchor),
      ...(reading.locate?.(start, until) ?? { start, end: until }),
      text,
      words,
    });
  }
  return { ...about, title: sections.title() ?? named ?? name, passages };
}

/** Docusaurus' rule: files and folders whose name begins with `_` are partials. */
function isUnpublished(path: string, frontMatter: FrontMatter): boolean {
  const isPart = path.split("/").some((segment) => segment.startsWith("_"));
  return isPart || ["draft", "unlisted"].some((key) => frontMatter.get(key) === "true");
}

function oneLine(description: string | undefined): string | null {
  const line = description?.replace(/\s+/g, " ").trim() ?? "";
  return line === "" ? null : line.slice(0, longestDescription).toWellFormed();
}

function publishedUrl(
  path: string,
  frontMatter: FrontMatter | undefined,
  { urlBase, numberPrefixes }: ParseOptions,
) {
  if (urlBase === null) return null;
  const published = publishedPath(path);
  if (frontMatter === undefined) return fileUrl(urlBase, published);
  return pageUrl(urlBase, published, frontMatter, numberPrefixes);
}

/** `guides/02-getting_started.md` → `Getting started`; an index is named after its folder. */
function nameOf(path: string, numberPrefixes: NumberPrefixes): string {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  const last = segments.at(-1)?.replace(/\.[^.]+$/, "") ?? "";
  const isIndex = /^(?:index|readme)$/i.test(last) && segments.length > 1;
  const name = isIndex ? (segments.at(-2) ?? last) : last;
  const bare = numberPrefixes === "keep" ? name : withoutNumber(name);
  const words = bare.replace(/[-_\s]+/g, " ").trim();
  return words === "" ? path : words.charAt(0).toUpperCase() + words.slice(1);
}
