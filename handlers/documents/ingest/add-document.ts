import type { MediaType, SourceDocument } from "../../ports/document-source.ts";
import { identify } from "./identity.ts";
import type { Ingest } from "./ingest.ts";
import { mediaTypeOf } from "../parsing/parsers.ts";

/** A document as it comes over HTTP. */
export interface HandedDocument {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly media_type?: MediaType | null | undefined;
  readonly url?: string | null | undefined;
  readonly title?: string | null | undefined;
  /** Documents of one source belong together; `path` is unique within it. */
  readonly source?: string | null | undefined;
  /** Where the source is published; Docent's own setting where it is not said. */
  readonly url_base?: string | null | undefined;
}

export type AddedDocument =
  | {
      readonly kind: "added";
      readonly document: {
        readonly id: string;
        readonly source: string;
        readonly path: string;
        /** How many were written: none when nothing has changed. */
        readonly passages: number;
      };
      readonly result: "added" | "changed" | "unchanged";
    }
  | { readonly kind: "unknown-type" }
  | { readonly kind: "unreadable"; readonly failure: string };

/** The source of what comes over HTTP and does not say. */
const usualSource = "api";

/** Takes one document in, in place of what had its path before. Throws PortFailure. */
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
