import { decodeTextCursor, decodeTimeCursor, toPage } from "../../lib/paging.ts";
import type { Database } from "../../ports/database.ts";
import { hasOthersThan, removeDocuments } from "./store.ts";
import { readDocument, readNewest, readSources } from "./store-library.ts";
import type { DocumentSummary, PassageOfDocument, SourceSummary } from "./store-library.ts";

export interface DocumentPage {
  readonly documents: readonly DocumentSummary[];
  readonly next_cursor: string | null;
}

export interface DocumentWithPassages extends DocumentSummary {
  readonly passages: readonly PassageOfDocument[];
  readonly next_cursor: string | null;
}

/** The only sort orders that cursors of documents, and of a document's passages, can have. */
const sort = "-updated_at";
const passageSort = "ordinal";

export interface DocumentListRequest {
  /** Undefined: all sources. */
  readonly source?: string | undefined;
  /** A part of the path or title, in any case; undefined: all. */
  readonly q?: string | undefined;
  /** The `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface DocumentRequest {
  /** The `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  /** Passages, at most. */
  readonly limit: number;
}

/** Lists, reads and removes documents. All methods throw PortFailure. */
export interface Library {
  /** A page of at most `limit` documents, the last changed first; `invalid-cursor` for an unknown cursor. */
  list(request: DocumentListRequest): Promise<DocumentPage | "invalid-cursor">;
  /** All sources with the number of their documents, by name. */
  sources(): Promise<readonly SourceSummary[]>;
  /** Whether there are documents of another source than this one. */
  hasOthersThan(source: string): Promise<boolean>;
  /**
   * A document with a page of its passages, in order; undefined for an unknown id, which must be a UUID.
   * `invalid-cursor` for an unknown cursor, and for one of an earlier state of the document.
   */
  read(
    id: string,
    request: DocumentRequest,
  ): Promise<DocumentWithPassages | "invalid-cursor" | undefined>;
  /**
   * Removes a document; false when there is none. `id` must be a UUID. Searches no longer find it.
   */
  remove(id: string): Promise<boolean>;
}

/**
 * Creates the library of all ingested documents.
 *
 * @param onRemoved deletes a removed document's passages and vectors
 */
export function createLibrary(
  database: Database,
  onRemoved: (id: string) => Promise<void> = () => Promise.resolve(),
): Library {
  return {
    async list({ source, q, cursor, limit }) {
      const after = cursor === undefined ? undefined : decodeTimeCursor(cursor, sort);
      if (cursor !== undefined && !after) return "invalid-cursor";
      const found = await readNewest(database, { source, q, after, limit: limit + 1 });
      const { rows, next_cursor } = toPage(found, limit, sort, ({ place }) => place);
      return { documents: rows.map(({ document }) => document), next_cursor };
    },
    sources: () => readSources(database),
    hasOthersThan: (source) => hasOthersThan(database, source),
    async read(id, { cursor, limit }) {
      const place = cursor === undefined ? undefined : decodeTextCursor(cursor, passageSort);
      if (cursor !== undefined && place?.id !== id) return "invalid-cursor";
      const [revision, ordinal = "-1"] = place?.key.split("/") ?? [];
      if (!/^-?\d{1,9}$/.test(ordinal)) return "invalid-cursor";
      const found = await readDocument(database, id, { after: Number(ordinal), limit: limit + 1 });
      if (!found) return undefined;
      if (revision !== undefined && revision !== found.revision) return "invalid-cursor";
      const { rows, next_cursor } = toPage(found.passages, limit, passageSort, (passage) => ({
        key: `${found.revision}/${passage.ordinal}`,
        id,
      }));
      const passages = rows.map(({ ordinal: _ordinal, ...passage }) => passage);
      return { ...found.document, passages, next_cursor };
    },
    async remove(id) {
      const removed = await removeDocuments(database, [id]);
      if (removed > 0) await onRemoved(id);
      return removed > 0;
    },
  };
}
