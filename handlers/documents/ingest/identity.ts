import { sha256, toBase64 } from "../../lib/bytes.ts";
import { formatUuid } from "../../lib/ids.ts";
import type { ParseOptions } from "../parsing/parse.ts";
import type { SourceDocument } from "../../ports/document-source.ts";

/**
 * Part of every document's hash. Raise it when parsing or `visitTerms` or `passageFields` changes what would be stored
 * or indexed: the next ingest then does every document again.
 */
const formatVersion = 3;

/** What identifies a document's passages across ingests, whatever its content. */
export interface DocumentIdentity {
  readonly id: string;
  /** The id of the passage at a place in the document. */
  passage(ordinal: number): string;
}

/** Ids that follow from where a document comes from, so that a link to it outlives its changes. */
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

/** A fingerprint of everything that what is stored for a document is made from. */
export async function fingerprint(
  document: SourceDocument,
  { urlBase, numberPrefixes }: FingerprintOptions,
): Promise<string> {
  const { bytes, mediaType, title = null, url = null } = document;
  const content = toBase64(await sha256(bytes));
  const parts = [formatVersion, mediaType, title, url, urlBase, numberPrefixes, content];
  return toBase64(await sha256(JSON.stringify(parts)));
}

/** Sixteen bytes as a UUID of version 8: one whose making is the maker's business (RFC 9562). */
function uuidV8(bytes: Uint8Array): string {
  const marked = bytes.slice();
  marked[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  marked[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return formatUuid(marked);
}
