import { createIngest } from "../../../handlers/documents/ingest/ingest.ts";
import type { IngestOptions } from "../../../handlers/documents/ingest/ingest.ts";
import { createLibrary } from "../../../handlers/documents/ingest/library.ts";
import { createSearch } from "../../../handlers/documents/search/search.ts";
import { createUpkeep } from "../../../handlers/documents/index/upkeep.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import type {
  SkippedDocument,
  UnreadableDocument,
} from "../../../handlers/ports/document-source.ts";
import { toSourceDocument, type TextDocument } from "./parse.ts";

interface OpenOptions {
  readonly staleAfterSeconds?: number;
  /** The longest time that reading a document may work, in milliseconds. */
  readonly workLimit?: number;
}

/** Ingest, library and search over one database. */
export function openDocuments(
  database: Database,
  { staleAfterSeconds = 60, workLimit }: OpenOptions = {},
) {
  const upkeep = createUpkeep(database, { staleAfterSeconds });
  const limitOf = workLimit === undefined ? undefined : () => workLimit;
  const ingest = createIngest(database, upkeep, "drop", limitOf);
  return {
    upkeep,
    library: createLibrary(database),
    search: createSearch(database),
    ingest: (
      source: string,
      documents: Iterable<TextDocument | UnreadableDocument | SkippedDocument>,
      missing: IngestOptions["missing"] = "remove",
    ) => ingest(source, inTurn(documents), { missing, urlBase: null }),
  };
}

/** A Markdown document with a section, and so a passage, for each pair of heading and text. */
export function sections(path: string, parts: Readonly<Record<string, string>>): TextDocument {
  const content = Object.entries(parts).map(([heading, text]) => `## ${heading}\n\n${text}\n`);
  return { path, content: content.join("\n"), mediaType: "text/markdown" };
}

/** Fails every call after the first `calls`, as a database that went down does. */
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

/** Yields documents one by one, as a source does. */
export async function* inTurn(
  documents: Iterable<TextDocument | UnreadableDocument | SkippedDocument>,
) {
  for (const each of documents) yield "content" in each ? toSourceDocument(each) : each;
}
