import type { Database } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";

/** SQL condition: the passage's revision is not its document's current one. */
const isUnsaid = sql`not exists (
  select from documents
  where documents.id = passages.document_id and documents.revision = passages.revision
)`;

/** Marks segments that were not written to for `seconds` as abandoned or stranded. @throws PortFailure */
export async function abandonStale(database: Database, seconds: number): Promise<void> {
  await database.query(sql`
    update index_segments
    set state = case state when 'building' then 'abandoned' else 'stranded' end
    where state in ('building', 'publishing')
      and touched_at < now() - make_interval(secs => ${seconds})`);
}

/** Deletes up to `limit` outdated passages; returns how many. @throws PortFailure */
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

/**
 * Deletes up to `limit` records of retired documents whose passages are all deleted; returns how many.
 *
 * @throws PortFailure
 */
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

/** Deletes up to `limit` blocks of unused segments; returns how many. @throws PortFailure */
export async function sweepBlocks(database: Database, limit: number): Promise<number> {
  // By row position, segment by segment: a join would read the whole index to find a few rows.
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

/**
 * Deletes unused segments that have no blocks left, and makes cleaned stranded ones live.
 *
 * @throws PortFailure
 */
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
 * The next `limit` passage numbers from `first` to `last`, ascending, and whether each passage is current.
 *
 * @throws PortFailure
 */
export async function readNumbers(
  database: Database,
  first: number,
  last: number,
  limit: number,
): Promise<{ number: number; visible: boolean }[]> {
  // A scalar subquery, because a join may read every document for a page of numbers.
  return database.query(sql`
    select number, coalesce((
      select true from documents
      where documents.id = passages.document_id and documents.revision = passages.revision
    ), false) as visible
    from passages where number between ${first} and ${last} order by number limit ${limit}`);
}
