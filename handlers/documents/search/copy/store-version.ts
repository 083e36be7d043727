import { sql } from "../../../lib/sql.ts";
import type { Statement } from "../../../ports/database.ts";

/** SQL condition on a row of index_segments: searches read it. */
export const isSearched: Statement = sql`state in ('live', 'publishing', 'stranded')`;

/**
 * SQL expression: a text that is another one as soon as a search by words may find something else. Segments do not
 * change while they are searched, nor a document's passages without its revision; each publishing of documents updates
 * the segment that they are in. It reads every document, so it is for small libraries.
 */
export const libraryVersion: Statement = sql`concat_ws(' ',
  (select string_agg(concat_ws(':', id, xmin), ' ' order by id) from index_segments where ${isSearched}),
  (select concat_ws(':', count(*), sum(revision)) from documents))`;

/** SQL expression: no version, where no copy could be of it. */
export const unknownVersion: Statement = sql`null::text`;
