import type { Database } from "../../ports/database.ts";
import { removeDocuments } from "./store.ts";
import { readDocument, readNewest } from "./store-library.ts";
import type { DocumentSummary, PassageOfDocument, Place } from "./store-library.ts";

export interface DocumentPage {
  readonly documents: readonly DocumentSummary[];
  readonly next_cursor: string | null;
}

export interface WholeDocument extends DocumentSummary {
  readonly passages: readonly PassageOfDocument[];
}

/** The documents as things to look at and take away. All throw PortFailure. */
export interface Library {
  /** A page of at most `limit`, those changed last first. An unknown cursor starts from the first. */
  list(options: { source?: string; cursor?: string; limit: number }): Promise<DocumentPage>;
  /** `id` must be a UUID. */
  read(id: string): Promise<WholeDocument | undefined>;
  /** Whether there was such a document. `id` must be a UUID. It is gone at once, its traces with the next upkeep. */
  remove(id: string): Promise<boolean>;
}

export function createLibrary(database: Database): Library {
  return {
    async list({ source, cursor, limit }) {
      const after = cursor === undefined ? null : decodeCursor(cursor);
      const rows = await readNewest(database, source ?? null, after, limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        documents: page.map(({ document }) => document),
        next_cursor: last !== undefined && rows.length > limit ? encodeCursor(last.place) : null,
      };
    },
    read: (id) => readDocument(database, id),
    async remove(id) {
      const removed = await removeDocuments(database, [id]);
      return removed > 0;
    },
  };
}

function encodeCursor({ updated, id }: Place): string {
  return `${updated.toString(36)}.${id}`;
}

function decodeCursor(cursor: string): Place | null {
  const match = /^([0-9a-z]{1,11})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor);
  const [, updated, id] = match ?? [];
  return updated === undefined || id === undefined ? null : { updated: parseInt(updated, 36), id };
}
