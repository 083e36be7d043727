import type { Database } from "../ports/database.ts";
import { sql } from "../sql.ts";

/** Gives up segments that nobody wrote to for a while: whoever built them is gone. */
export async function abandonStale(database: Database, seconds: number): Promise<void> {
  await database.query(sql`
    update index_segments set state = 'abandoned'
    where state = 'building' and touched_at < now() - make_interval(secs => ${seconds})`);
}

/** Deletes up to `limit` passages that no document says any more; returns how many. */
export async function sweepPassages(database: Database, limit: number): Promise<number> {
  const rows = await database.query(sql`
    with doomed as (
      select passages.number from retired_passages join passages using (revision, document_id)
      union all
      select passages.number from index_segments join passages on passages.revision = index_segments.id
      where index_segments.state = 'abandoned'
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
  const rows = await database.query(sql`
    with doomed as (
      select segment_id, first_feature from index_segments
      join index_blocks on index_blocks.segment_id = index_segments.id
      where state in ('merged', 'abandoned') limit ${limit}
    )
    delete from index_blocks where (segment_id, first_feature) in (select * from doomed)
    returning segment_id`);
  return rows.length;
}

/** Forgets segments that are out of use and have nothing left. */
export async function sweepSegments(database: Database): Promise<void> {
  await database.query(sql`
    delete from index_segments where state in ('merged', 'abandoned')
      and not exists (select from index_blocks where segment_id = index_segments.id)
      and (state = 'merged' or not exists (select from passages where revision = index_segments.id))`);
}

/**
 * Makes room of deleted rows usable again. A server does that by itself; the embedded database has
 * nobody else to do it, and would grow with every merge.
 */
export async function vacuum(database: Database): Promise<void> {
  await database.query(sql`vacuum index_blocks, passages, retired_passages, index_segments`);
}

/** The numbers from `first` to `last` of passages that are to be seen now, at most `limit`, ascending. */
export async function readVisibleNumbers(
  database: Database,
  first: number,
  last: number,
  limit: number,
): Promise<number[]> {
  const rows = await database.query<{ number: number }>(sql`
    select passages.number from passages
    join documents on documents.id = passages.document_id and documents.revision = passages.revision
    where passages.number between ${first} and ${last} order by passages.number limit ${limit}`);
  return rows.map((row) => row.number);
}
