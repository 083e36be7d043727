import type { Database } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import type { FoundPassage } from "../search/search.ts";

type OpeningRow = Pick<FoundPassage, "id" | "url" | "text" | "start" | "end">;

/** Reads the first passage that stands directly under headings of a page; undefined where none does. */
export type ReadOpening = (
  of: FoundPassage,
  headings: readonly string[],
) => Promise<FoundPassage | undefined>;

/** Own documents have such ids, passages of a foreign collection have any. */
const ownId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Makes the reader of openings that a search did not find: one statement each.
 *
 * @throws PortFailure (the reader)
 */
export function createReadOpening(database: Database): ReadOpening {
  return async (of, headings) => {
    if (!ownId.test(of.document_id)) return undefined;
    const [row] = await database.query<OpeningRow>(sql`
      select passages.id, coalesce(passages.url, documents.url) as url, passages.text,
        passages.span_start as start, passages.span_end as end
      from documents join passages on passages.revision = documents.revision
        and passages.document_id = documents.id
      where documents.id = ${of.document_id}::uuid
        and passages.heading_path = ${JSON.stringify(headings)}::jsonb
      order by passages.ordinal limit 1`);
    return row && { ...of, ...row, heading_path: headings, nearness: undefined };
  };
}
