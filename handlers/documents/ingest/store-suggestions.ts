import type { Database } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";

/**
 * Headings to suggest as questions, at most `limit`, from the 50 documents changed last: the innermost of each
 * path, those with a question mark first, evenly from all documents.
 *
 * @throws PortFailure
 */
export async function readHeadings(database: Database, limit: number): Promise<string[]> {
  const rows = await database.query<{ heading: string }>(sql`
    with recent as (
      select id, revision from documents order by updated_at desc, id limit 50
    ), headings as (
      select recent.id, passages.heading_path ->> -1 as heading, min(passages.ordinal) as place
      from recent join passages
        on passages.revision = recent.revision and passages.document_id = recent.id
      where passages.ordinal < 100 and jsonb_array_length(passages.heading_path) > 0
      group by recent.id, heading
    ), spread as (
      select heading, place, row_number() over (
        partition by id order by heading ~ '[?？؟]$' desc, place
      ) as turn
      from headings where char_length(heading) between 8 and 70
    )
    select heading from spread group by heading order by min(turn), min(place), heading
    limit ${limit}`);
  return rows.map(({ heading }) => heading);
}
