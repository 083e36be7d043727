import { isUuid } from "../../lib/ids.ts";
import { replaceUnstorable } from "../../lib/text.ts";
import type { Database } from "../../ports/database.ts";
import type { Search } from "../search/search.ts";
import { readPublished } from "./store.ts";
import { readStart } from "./write.ts";

/** Passages that are searched for documents, and documents that are named, at most. */
const passageLimit = 30;
const documentLimit = 10;
/** UTF-16 units of a document's text that are read at once, at most: some 50,000 tokens. */
const textLength = 200_000;

/** Creates the functions with which agents find and read whole documents. Both throw PortFailure. */
export function createAgentAccess(database: Database, search: Search) {
  return {
    /** The documents of the best passages, the best first, each with the address of its best passage. */
    async search(query: string) {
      const { passages } = await search(replaceUnstorable(query), {
        limit: passageLimit,
        scope: {},
      });
      const found = new Map<string, { id: string; title: string; url: string | null }>();
      for (const { document_id: id, title, url } of passages) {
        if (!found.has(id)) found.set(id, { id, title, url });
      }
      return [...found.values()].slice(0, documentLimit);
    },
    /** A document with the start of its text as Markdown; undefined for an unknown id. */
    async fetch(id: string) {
      const document = isUuid(id) ? await readPublished(database, id) : undefined;
      return document && { ...document, ...(await readStart(database, document, textLength)) };
    },
  };
}
