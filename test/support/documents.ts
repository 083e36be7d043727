import { openEngine } from "../../adapters/databases/pglite/engine.ts";
import { migrations } from "../../adapters/databases/migrations/index.ts";
import type { ParsedDocument, SourceDocument } from "../../handlers/documents/document.ts";
import { createIngest } from "../../handlers/documents/ingest.ts";
import type { IngestOptions, UnreadableDocument } from "../../handlers/documents/ingest.ts";
import { createLibrary } from "../../handlers/documents/library.ts";
import { createSearch } from "../../handlers/documents/search.ts";
import { createUpkeep } from "../../handlers/documents/upkeep.ts";
import type { Database } from "../../handlers/ports/database.ts";

/** An embedded database in memory, with the tables of documents. */
export async function openDocumentsDatabase(): Promise<Database & { close(): Promise<void> }> {
  const database = await openEngine();
  for (const { sql } of migrations) {
    for (const text of sql.split(/;\n/).filter((statement) => statement.trim() !== "")) {
      await database.query({ text, values: [] });
    }
  }
  return database;
}

/** Everything that works on documents, over one database. */
export function openDocuments(database: Database, { staleAfterSeconds = 60 } = {}) {
  const upkeep = createUpkeep({ database, staleAfterSeconds });
  const ingest = createIngest({
    database,
    upkeep,
    parse: parseParagraphs,
    plainText: (text) => text,
    urlBase: null,
  });
  return {
    upkeep,
    library: createLibrary({ database, upkeep }),
    search: createSearch({ database, plainText: (text) => text }),
    ingest: (
      source: string,
      documents: Iterable<SourceDocument | UnreadableDocument>,
      missing: IngestOptions["missing"] = "remove",
    ) => ingest(source, inTurn(documents), { missing }),
  };
}

/** A plain text whose paragraphs are its passages and whose first line is its title. */
export function textDocument(path: string, ...paragraphs: string[]): SourceDocument {
  return { path, content: paragraphs.join("\n\n"), mediaType: "text/plain" };
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

function parseParagraphs(document: SourceDocument): ParsedDocument {
  if (document.content.startsWith("unparsable")) throw new Error("cannot be parsed");
  let start = 0;
  const passages = document.content.split("\n\n").flatMap((text, ordinal) => {
    const passage = { ordinal, headingPath: [], url: null, start, end: start + text.length, text };
    start += text.length + 2;
    return text === "" ? [] : [passage];
  });
  return { title: document.title ?? document.path, url: document.url ?? null, passages };
}
