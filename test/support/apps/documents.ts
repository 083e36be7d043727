import type { SourceDocument } from "../../../handlers/documents/parsing/document.ts";
import { createIngest } from "../../../handlers/documents/ingest/ingest.ts";
import type {
  IngestOptions,
  UnreadableDocument,
} from "../../../handlers/documents/ingest/ingest.ts";
import { createLibrary } from "../../../handlers/documents/ingest/library.ts";
import { createSearch } from "../../../handlers/documents/search/search.ts";
import { createUpkeep } from "../../../handlers/documents/index/upkeep.ts";
import type { Database } from "../../../handlers/ports/database.ts";

/** Everything that works on documents, over one database. */
export function openDocuments(database: Database, { staleAfterSeconds = 60 } = {}) {
  const upkeep = createUpkeep(database, { staleAfterSeconds });
  const ingest = createIngest(database, upkeep);
  return {
    upkeep,
    library: createLibrary(database),
    search: createSearch(database),
    ingest: (
      source: string,
      documents: Iterable<SourceDocument | UnreadableDocument>,
      missing: IngestOptions["missing"] = "remove",
    ) => ingest(source, inTurn(documents), { missing, urlBase: null }),
  };
}

/** A Markdown document with a section, and so a passage, for each pair of heading and text. */
export function sections(path: string, parts: Readonly<Record<string, string>>): SourceDocument {
  const content = Object.entries(parts).map(([heading, text]) => `## ${heading}\n\n${text}\n`);
  return { path, content: content.join("\n"), mediaType: "text/markdown" };
}

/** Ends every call after the first `calls` the way a database does that went away. */
export function interruptedAfter(calls: number, database: Database): Database {
  let left = calls;
  const guard = () => {
    if (left === 0) throw new Error("interrupted");
    left -= 1;
  };
  return {
    query: async (statement) => {
      guard();
      return database.query(statement);
    },
    batch: async (statements) => {
      guard();
      return database.batch(statements);
    },
  };
}

async function* inTurn<Item>(items: Iterable<Item>): AsyncIterable<Item> {
  yield* items;
}
