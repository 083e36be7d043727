import type { MediaType } from "../../ports/document-source.ts";
import { htmlParser } from "./html/parser.ts";
import { markdownParser, mdxParser } from "./markdown/parser.ts";
import type { DocumentParser } from "./parser.ts";
import { textParser } from "./text/parser.ts";

/** All formats. A new one is a file with its parser, and a line here. */
const parsers: readonly DocumentParser[] = [markdownParser, mdxParser, htmlParser, textParser];

const byMediaType = new Map(parsers.map((parser) => [parser.mediaType, parser]));
const byExtension = new Map(
  parsers.flatMap(({ extensions, mediaType }) => extensions.map((each) => [each, mediaType])),
);

/** The media types of documents that can be ingested. */
export const mediaTypes: readonly MediaType[] = [...byMediaType.keys()];

/** The file extensions of documents that can be ingested, without a dot. */
export const readableExtensions: readonly string[] = [...byExtension.keys()];

/** The parser of a media type, or undefined when there is none. */
export function parserOf(mediaType: MediaType): DocumentParser | undefined {
  return byMediaType.get(mediaType);
}

/** The media type for a path's extension; undefined for unsupported ones. */
export function mediaTypeOf(path: string): MediaType | undefined {
  const extension = /[^/\\]\.([a-z\d]+)$/i.exec(path)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : byExtension.get(extension);
}
