import { decodeTimeCursor, toPage } from "../../lib/paging.ts";
import type { Database } from "../../ports/database.ts";
import { hasOthersThan, removeDocuments } from "./store.ts";
import { readDocument, readNewest } from "./store-library.ts";
import type { DocumentSummary, PassageOfDocument } from "./store-library.ts";

export interface DocumentPage {
  readonly documents: readonly DocumentSummary[];
  readonly next_cursor: string | null;
}

export interface WholeDocument extends DocumentSummary {
  readonly passages: readonly PassageOfDocument[];
}

/** The cursor's order, of which there is one. */
const sort = "-updated_at";

export interface DocumentListRequest {
  /** Undefined: of all sources. */
  readonly source?: string | undefined;
  /** Where the page before it ended. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The documents as things to look at and take away. All throw PortFailure. */
export interface Library {
  /** A page of at most `limit`, those changed last first; or what is wrong with the cursor. */
  list(request: DocumentListRequest): Promise<DocumentPage | "invalid-cursor">;
  /** Whether there are documents of another source than this one. */
  hasOthersThan(source: string): Promise<boolean>;
  /** `id` must be a UUID. */
  read(id: string): Promise<WholeDocument | undefined>;
  /** Whether there was such a document. `id` must be a UUID. It is gone at once, its traces with the next upkeep. */
  remove(id: string): Promise<boolean>;
}

export function createLibrary(database: Database): Library {
  return {
    async list({ source, cursor, limit }) {
      const after = cursor === undefined ? undefined : decodeTimeCursor(cursor, sort);
      if (cursor !== undefined && !after) return "invalid-cursor";
      const found = await readNewest(database, { source, after, limit: limit + 1 });
      const { rows, next_cursor } = toPage(found, limit, sort, ({ place }) => place);
      return { documents: rows.map(({ document }) => document), next_cursor };
    },
    hasOthersThan: (source) => hasOthersThan(database, source),
    read: (id) => readDocument(database, id),
    async remove(id) {
      const removed = await removeDocuments(database, [id]);
      return removed > 0;
    },
  };
}
