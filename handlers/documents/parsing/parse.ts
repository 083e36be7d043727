import type { SourceDocument } from "../../ports/document-source.ts";
import type { ParsedDocument, ParsedPassage } from "./document.ts";
import type { FrontMatter } from "./markdown/front-matter.ts";
import { fileUrl, pageUrl, withAnchor, withoutNumber, type NumberPrefixes } from "./page-url.ts";
import { publishedPath } from "./edition.ts";
import type { Reading } from "./block.ts";
import { TooMuchWork, UnreadableBytes, type DocumentParser } from "./parser.ts";
import { parserOf } from "./parsers.ts";
import { outline } from "./sections.ts";

export interface ParseOptions {
  /** The base address of the published documents; null: not published. */
  readonly urlBase: string | null;
  readonly numberPrefixes: NumberPrefixes;
  /** Called every millisecond of work or so. Lets other work run where it returns a promise; may throw. */
  readonly pause: () => Promise<void> | undefined;
}

const longestDescription = 500;
// UTF-16 units. Title and address are stored and indexed with each passage, so that they stay short.
const longestTitle = 1_000;
const longestAddress = 4_000;
const mostPassages = 50_000;
// UTF-16 units that a document's passages may have with their headings: those of a usual one have a little more
// than the document itself. Many passages below long headings would have hundreds of times as many.
const mostIndexed = 20_000_000;
const mostIndexedPerByte = 8;

/**
 * Decodes a document and cuts it into passages along its headings; calls `pause` as it goes. Offsets are UTF-16
 * units into the decoded text.
 *
 * @throws UnreadableBytes when the bytes are not of the document's media type; TooMuchWork when they would be
 *   more than 50,000 passages or have too many headings; and what `pause` throws
 */
export async function parseDocument(
  document: SourceDocument,
  options: ParseOptions,
): Promise<ParsedDocument> {
  const parser = parserOf(document.mediaType);
  if (!parser) throw new UnreadableBytes(`no parser reads ${document.mediaType}`);
  const reading = await readBlocks(parser.read(document.bytes), options);
  const { frontMatter } = reading;
  const url = document.url ?? publishedUrl(document.path, frontMatter, options);
  const asked = document.title?.trim() || frontMatter?.get("title")?.trim() || undefined;
  const given = asked?.slice(0, longestTitle).toWellFormed();
  const named = given ?? (reading.title || undefined);
  const about = { url: short(url), description: oneLine(reading.description) };
  const name = nameOf(document.path, options.numberPrefixes);
  if (frontMatter && isUnpublished(document.path, frontMatter)) {
    return { ...about, title: given ?? name, passages: [] };
  }

  const sections = outline(reading, given);
  const passages: ParsedPassage[] = [];
  let open: string | undefined;
  let indexed = 0;
  const reach = document.bytes.length * mostIndexedPerByte;
  for (const section of sections.passages()) {
    if (section === null) {
      const pausing = options.pause();
      if (pausing !== undefined) await pausing;
      continue;
    }
    const { headingPath, anchor, start, end: until, isContinued } = section;
    indexed += until - start;
    for (const heading of headingPath) indexed += heading.length;
    if (passages.length >= mostPassages || indexed > mostIndexed + reach) {
      throw new TooMuchWork(
        `too large to read: more than ${mostPassages} passages, or long headings`,
      );
    }
    const slice = reading.text.slice(start, until);
    const mended = reading.mend?.(slice, isContinued ? open : undefined, start);
    open = mended?.open;
    const text = mended?.text ?? slice;
    const words = parser.plain(text);
    if (words.trim() === "") continue;
    passages.push({
      ordinal: passages.length,
      headingPath,
      url: short(withAnchor(url, anchor)) ?? short(url),
      ...(reading.locate?.(start, until) ?? { start, end: until }),
      text,
      words,
    });
  }
  return { ...about, title: sections.title() ?? named ?? name, passages };
}

/** The parser's reading, with pauses where the parser allows them. */
async function readBlocks(
  steps: ReturnType<DocumentParser["read"]>,
  { pause }: ParseOptions,
): Promise<Reading> {
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return step.value;
    const pausing = pause();
    if (pausing !== undefined) await pausing;
  }
}

function short(address: string | null): string | null {
  return address !== null && address.length > longestAddress ? null : address;
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
