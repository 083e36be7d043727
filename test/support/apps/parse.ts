import type { ParsedDocument } from "../../../handlers/documents/parsing/document.ts";
import { parseDocument, type ParseOptions } from "../../../handlers/documents/parsing/parse.ts";
import { encodeText } from "../../../handlers/documents/parsing/text/encoding.ts";
import type { SourceDocument } from "../../../handlers/ports/document-source.ts";

/** A document with its content as text. */
export interface TextDocument extends Omit<SourceDocument, "bytes"> {
  readonly content: string;
}

export function toSourceDocument({ content, ...document }: TextDocument): SourceDocument {
  return { ...document, bytes: encodeText(content) };
}

const noPause = () => undefined;

/** Parses a text without pausing. */
export async function parse(
  document: TextDocument,
  options: Partial<ParseOptions> = {},
): Promise<ParsedDocument> {
  return parseDocument(toSourceDocument(document), {
    urlBase: null,
    numberPrefixes: "drop",
    pause: noPause,
    ...options,
  });
}
