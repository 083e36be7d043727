import type { Database } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";

/** Of a passage: no document has its revision. */
const isUnsaid = sql`not exists (
  select from documents
  where documents.id = passages.document_id and documents.revision = passages.revision
)`;

/** Takes segments whose writer has been silent for so long out of its hands. */
export async function abandonStale(database: Database, seconds: number): Promise<void> {
  await database.query(sql`
    update index_segments
    set state = case state when 'building' then 'abandoned' else 'stranded' end
    where state in ('building', 'publishing')
      and touched_at < now() - make_interval(secs => ${seconds})`);
}

/** Deletes up to `limit` passages that no document says any more; returns how many. */
export async function sweepPassages(database: Database, limit: number): Promise<number> {
  const rows = await database.query(sql`
    with doomed as (
      select number from retired_passages join passages using (revision, document_id)
      union all
      select number from index_segments
      join passages on passages.revision = index_segments.id
      where state in ('abandoned', 'stranded') and ${isUnsaid}
      limit ${limit}
    )
    delete from passages where number in (select number from doomed) returning number`);
  return rows.length;
}

/** Forgets up to `limit` retirements whose passages are all deleted; returns how many. */
export async function sweepRetirements(database: Database, limit: number): Promise<number> {
  const rows = await database.query(sql`
    with done as (
      select revision, document_id from retired_passages
      where not exists (
        select from passages
        where passages.revision = retired_passages.revision
          and passages.document_id = retired_passages.document_id
      ) limit ${limit}
    )
    delete from retired_passages where (revision, document_id) in (select * from done)
    returning revision`);
  return rows.length;
}

/** Deletes up to `limit` blocks of segments that are out of use; returns how many. */
export async function sweepBlocks(database: Database, limit: number): Promise<number> {
  // By their places, segment by segment: a join would read the whole index to find a few.
  const rows = await database.query(sql`
    delete from index_blocks where ctid = any(array(
      select block.place from index_segments cross join lateral (
        select ctid as place from index_blocks
        where segment_id = index_segments.id limit ${limit}
      ) as block
      where state in ('merged', 'abandoned') limit ${limit}
    ))
    returning segment_id`);
  return rows.length;
}

/** Settles what the sweeps have finished with: segments out of use are forgotten, stranded ones live. */
export async function settleSegments(database: Database): Promise<void> {
  await database.batch([
    sql`
      update index_segments set state = 'live' where state = 'stranded' and not exists (
        select from passages where passages.revision = index_segments.id and ${isUnsaid}
      )`,
    sql`
      delete from index_segments where state in ('merged', 'abandoned')
      and (select true from index_blocks where segment_id = index_segments.id limit 1) is null
      and (state = 'merged'
        or (select true from passages where revision = index_segments.id limit 1) is null)`,
  ]);
}

/**
 * The next `limit` numbers from `first` to `last` that passages have, ascending, and whether each is to
 * be seen now.
 */
export async function readNumbers(
  database: Database,
  first: number,
  last: number,
  limit: number,
): Promise<{ number: number; visible: boolean }[]> {
  // A scalar subquery, for a join might read every document for a page of numbers.
  return database.query(sql`
    select number, coalesce((
      select true from documents
      where documents.id = passages.document_id and documents.revision = passages.revision
    ), false) as visible
    from passages where number between ${first} and ${last} order by number limit ${limit}`);
}
