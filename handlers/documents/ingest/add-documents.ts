import {
  ownSources,
  type FoundDocument,
  type UnreadableDocument,
} from "../../ports/document-source.ts";
import { identify } from "./identity.ts";
import type { Ingest } from "./ingest.ts";
import type { DocumentOutcome } from "./report.ts";

/** Where the documents of a request belong. */
export interface DocumentPlace {
  /** Documents of one source belong together; `path` is unique within it. */
  readonly source?: string | null | undefined;
  /** The base address at which the source is published; by default DOCUMENTS_URL_BASE. */
  readonly url_base?: string | null | undefined;
}

/** A document that was stored, or was stored already. */
export interface AddedDocument {
  readonly document: {
    readonly id: string;
    readonly source: string;
    readonly path: string;
    /** Passages written; 0 when the document is unchanged. */
    readonly passages: number;
  };
  readonly result: "added" | "changed" | "unchanged";
}

/**
 * Ingests the documents of one request together; each replaces the one with its path. Resolves when all are stored,
 * to what became of each, in their order. If it throws, some may be stored: a second call completes the work.
 *
 * @throws PortFailure
 */
export async function addDocuments(
  documents: readonly FoundDocument[],
  place: DocumentPlace,
  deps: { readonly ingest: Ingest; readonly urlBase: string | null },
): Promise<(AddedDocument | UnreadableDocument)[]> {
  const source = place.source ?? ownSources.sent;
  const outcomes: DocumentOutcome[] = [];
  await deps.ingest(source, inTurn(documents), {
    missing: "keep",
    urlBase: place.url_base ?? deps.urlBase,
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return Promise.all(
    outcomes.map(async (outcome) => {
      if ("failure" in outcome) return outcome;
      const { path, passages, result } = outcome;
      const { id } = await identify(source, path);
      return { document: { id, source, path, passages }, result };
    }),
  );
}

async function* inTurn(documents: readonly FoundDocument[]): AsyncGenerator<FoundDocument> {
  yield* documents;
}
