import type { Database } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";

/** Titles that say nothing about their page's subject, in lower case. */
const empty = [
  "introduction",
  "overview",
  "readme",
  "index",
  "home",
  "contents",
  "changelog",
  "license",
  "summary",
  "conclusion",
  "references",
  "still stuck?",
  "need help?",
  "any questions?",
  "questions?",
  "what next?",
  "what's next?",
  "what’s next?",
  "what now?",
];

/**
 * First questions to suggest, at most `limit`, from up to 30 documents of as many folders as there are: headings and
 * titles with a question mark, then titles, then other headings. A folder has at most two, unless nothing else is left,
 * and so have words that head several documents, such as “What went wrong?”.
 *
 * @throws PortFailure
 */
export async function readSuggestions(database: Database, limit: number): Promise<string[]> {
  const rows = await database.query<{ suggestion: string }>(sql`
    with recent as (
      select id, revision, title, path, coalesce(substring(path from '^(.*)/'), '') as folder
      from documents order by updated_at desc, id limit 1000
    ), sampled as (
      select *, row_number() over (
        partition by folder order by path || title ~* 'faq|[?？؟]' desc, path
      ) as place_in_folder
      from recent order by place_in_folder, folder limit 30
    ), named as (
      select id, folder, path, title as suggestion, 0 as place from sampled
      union all
      select sampled.id, folder, path, passages.heading_path ->> -1, 1 + min(passages.ordinal)
      from sampled join passages
        on passages.revision = sampled.revision and passages.document_id = sampled.id
      where passages.ordinal < 100 and jsonb_array_length(passages.heading_path) > 0
      group by sampled.id, folder, path, passages.heading_path ->> -1
    ), judged as (
      select *, case
        when count(*) over (partition by suggestion) > 1 and place > 0 then 4
        when suggestion ~ '[?？؟]$' then 1
        when place = 0 then 2
        else 3 end as rank
      from named
      where char_length(suggestion) between 6 and 70 and lower(suggestion) <> all (${empty}::text[])
    ), spread as (
      select *, row_number() over (partition by id, rank order by place) as turn from judged
    ), numbered as (
      select *, row_number() over (partition by folder order by rank, turn, path) as nth
      from spread
    )
    select suggestion from numbered group by suggestion
    order by min(case when nth > 2 then 1 else 0 end), min(rank), min(nth), min(path), min(place)
    limit ${limit}`);
  return rows.map(({ suggestion }) => suggestion);
}
