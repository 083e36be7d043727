import type { MediaType, SourceDocument } from "../../ports/document-source.ts";
import { identify } from "./identity.ts";
import type { Ingest } from "./ingest.ts";
import { mediaTypeOf } from "../parsing/parsers.ts";

/** A document from an HTTP request. */
export interface HandedDocument {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly media_type?: MediaType | null | undefined;
  readonly url?: string | null | undefined;
  readonly title?: string | null | undefined;
  /** Documents of one source belong together; `path` is unique within it. */
  readonly source?: string | null | undefined;
  /** The base address at which the source is published; by default DOCUMENTS_URL_BASE. */
  readonly url_base?: string | null | undefined;
}

export type AddedDocument =
  | {
      readonly kind: "added";
      readonly document: {
        readonly id: string;
        readonly source: string;
        readonly path: string;
        /** Passages written; 0 when the document is unchanged. */
        readonly passages: number;
      };
      readonly result: "added" | "changed" | "unchanged";
    }
  | { readonly kind: "unknown-type" }
  | { readonly kind: "unreadable"; readonly failure: string };

/** The source of documents whose request names none. */
const usualSource = "api";

/** Ingests one document; it replaces the document with its path. @throws PortFailure */
export async function addDocument(
  handed: HandedDocument,
  deps: { readonly ingest: Ingest; readonly urlBase: string | null },
): Promise<AddedDocument> {
  const mediaType = handed.media_type ?? mediaTypeOf(handed.path);
  if (mediaType === undefined) return { kind: "unknown-type" };
  const { path, bytes, url, title } = handed;
  const document: SourceDocument = {
    path,
    bytes,
    mediaType,
    ...(url && { url }),
    ...(title && { title }),
  };
  const source = handed.source ?? usualSource;
  const report = await deps.ingest(source, only(document), {
    missing: "keep",
    urlBase: handed.url_base ?? deps.urlBase,
  });
  const [unreadable] = report.failed;
  if (unreadable) return { kind: "unreadable", failure: unreadable.failure };
  const { id } = await identify(source, path);
  const result = report.added > 0 ? "added" : report.changed > 0 ? "changed" : "unchanged";
  return { kind: "added", document: { id, source, path, passages: report.passages }, result };
}

async function* only(document: SourceDocument): AsyncGenerator<SourceDocument> {
  yield document;
}
