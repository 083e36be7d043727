import { encodeUtf8, sha256, toBase64 } from "../../lib/bytes.ts";
import { formatUuid } from "../../lib/ids.ts";
import type { ParseOptions } from "../parsing/parse.ts";
import type { SourceDocument } from "../../ports/document-source.ts";

/**
 * Part of every document's hash. Raise it when a change of parsing, `visitTerms` or `passageFields` changes
 * what is stored or indexed: the next ingest then processes every document again.
 */
const formatVersion = 4;

/** Bytes of a path, at most: with its source it is a row of an index, which PostgreSQL limits to 2,704 bytes. */
export const longestPath = 2000;

/** Whether a path has more bytes than a document's may have. */
export function isTooLongPath(path: string): boolean {
  return encodeUtf8(path).length > longestPath;
}

/** The ids of a document and its passages, which do not depend on its content. */
export interface DocumentIdentity {
  readonly id: string;
  /** The id of the passage at an index in the document, from 0. */
  passage(ordinal: number): string;
}

/** Derives ids from a document's source and path, so that links to it survive changes of its text. */
export async function identify(source: string, path: string): Promise<DocumentIdentity> {
  const digest = await sha256(JSON.stringify([source, path]));
  const bytes = digest.slice(16);
  const base = new DataView(bytes.buffer).getUint32(0);
  return {
    id: uuidV8(digest.slice(0, 16)),
    passage: (ordinal) => {
      new DataView(bytes.buffer).setUint32(0, base ^ ordinal);
      return uuidV8(bytes);
    },
  };
}

type FingerprintOptions = Pick<ParseOptions, "urlBase" | "numberPrefixes">;

/** A hash over all inputs from which a document's rows are made. */
export async function fingerprint(
  document: SourceDocument,
  { urlBase, numberPrefixes }: FingerprintOptions,
): Promise<string> {
  const { bytes, mediaType, title = null, url = null } = document;
  const content = toBase64(await sha256(bytes));
  const parts = [formatVersion, mediaType, title, url, urlBase, numberPrefixes, content];
  return toBase64(await sha256(JSON.stringify(parts)));
}

/** Sixteen bytes as a UUID of version 8, whose layout is free (RFC 9562 §5.8). */
function uuidV8(bytes: Uint8Array): string {
  const marked = bytes.slice();
  marked[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  marked[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return formatUuid(marked);
}
