import type { Database, Statement } from "../../ports/database.ts";
import { PortFailure } from "../../ports/failure.ts";
import { sql } from "../../lib/sql.ts";
import { fromBase64, toBase64 } from "../../lib/bytes.ts";

// Bytes pass the database port as base64 text, a third larger: the drivers' hexadecimal `bytea` is twice as
// large and takes them ten times as long.

/** Posting lists of adjacent features in one row: the list of `features[i]` ends at `ends[i]`. */
export interface PostingBlock {
  readonly features: readonly number[];
  readonly ends: readonly number[];
  readonly postings: Uint8Array;
}

/** A block with its segment. */
export interface StoredPostingBlock extends PostingBlock {
  readonly segment: number;
}

/** The facts of a live segment by which segments to merge are chosen. */
export interface LiveSegment {
  readonly id: number;
  readonly passages: number;
  readonly terms: number;
  readonly firstNumber: number;
  readonly lastNumber: number;
}

/** The facts of a finished segment. `terms` counts all occurrences, for the average length. */
export type SegmentSummary = Omit<LiveSegment, "id">;

/** The lock under which documents and segments are published and replaced, one batch at a time. */
const handover = sql`select pg_advisory_xact_lock(7304219856230411)`;

/** Inserts an empty segment, which searches do not see yet, and returns its id. @throws PortFailure */
export async function openSegment(database: Database): Promise<number> {
  const [row] = await database.query<{ id: number }>(
    sql`insert into index_segments default values returning id`,
  );
  if (row === undefined) throw new PortFailure("internal", "no segment", { retryable: true });
  return row.id;
}

/** Adds blocks to a segment under construction; does nothing if it was swept. @throws PortFailure */
export async function writeBlocks(
  database: Database,
  segment: number,
  blocks: readonly PostingBlock[],
): Promise<void> {
  const bytes = new Uint8Array(blocks.reduce((sum, block) => sum + block.postings.length, 0));
  const rows = { from: [] as number[], to: [] as number[], at: [] as number[] };
  const lengths: number[] = [];
  let at = 0;
  let from = 1;
  for (const block of blocks) {
    bytes.set(block.postings, at);
    rows.from.push(from);
    rows.to.push(from + block.features.length - 1);
    rows.at.push(at + 1);
    lengths.push(block.postings.length);
    at += block.postings.length;
    from += block.features.length;
  }
  const features = blocks.flatMap((block) => [...block.features]);
  const ends = blocks.flatMap((block) => [...block.ends]);
  // One array and one bytea, split in SQL, because drivers support no arrays of arrays or of bytea.
  await database.query(sql`
    with building as (
      update index_segments set touched_at = now()
      where id = ${segment} and state = 'building' returning id
    ),
    packed as materialized (
      select ${features}::integer[] as features, ${ends}::integer[] as ends, decode(${toBase64(bytes)}, 'base64') as bytes
    )
    insert into index_blocks (segment_id, first_feature, features, ends, postings)
    select building.id, packed.features[b.from_], packed.features[b.from_ : b.to_],
      packed.ends[b.from_ : b.to_], substring(packed.bytes from b.at_ for b.length_)
    from building, packed, unnest(
      ${rows.from}::integer[], ${rows.to}::integer[], ${rows.at}::integer[], ${lengths}::integer[]
    ) as b (from_, to_, at_, length_)`);
}

/**
 * Publishes one more part of a finished segment's documents by `change`, which must do nothing unless the
 * segment is `building` or `publishing`. Searches read the segment from the first part on; after the last one
 * it is `live`.
 *
 * @throws PortFailure a retryable `conflict` when the segment was swept meanwhile
 */
export async function publishPart(
  database: Database,
  segment: number,
  summary: SegmentSummary,
  state: "publishing" | "live",
  change: Statement,
): Promise<void> {
  const results = await database.batch<object[][]>([
    handover,
    change,
    sql`
      update index_segments set state = ${state}, passages = ${summary.passages},
        terms = ${summary.terms}, first_number = ${summary.firstNumber},
        last_number = ${summary.lastNumber}, touched_at = now()
      where id = ${segment} and state in ('building', 'publishing') returning id`,
  ]);
  if (results.at(-1)?.length !== 1) {
    throw new PortFailure("conflict", "the segment was swept while it was written", {
      retryable: true,
    });
  }
}

/**
 * Replaces `sources` by `merged`; returns false, and does nothing, when one of them is no longer live.
 *
 * @throws PortFailure
 */
export async function replaceSegments(
  database: Database,
  merged: number,
  summary: SegmentSummary,
  sources: readonly number[],
): Promise<boolean> {
  const results = await database.batch<object[][]>([
    handover,
    sql`
      update index_segments set state = 'live', passages = ${summary.passages},
        terms = ${summary.terms}, first_number = ${summary.firstNumber},
        last_number = ${summary.lastNumber}
      where id = ${merged} and state = 'building' and ${sources.length} = (
        select count(*) from index_segments where id = any(${sources}::bigint[]) and state = 'live'
      ) returning id`,
    sql`
      update index_segments set state = 'merged'
      where id = any(${sources}::bigint[]) and exists (
        select from index_segments where id = ${merged} and state = 'live'
      )`,
  ]);
  return results[1]?.length === 1;
}

/** The live segments, without those still being published. @throws PortFailure */
export async function liveSegments(database: Database): Promise<LiveSegment[]> {
  return database.query<LiveSegment>(sql`
    select id, passages, terms::float8 as terms, first_number as "firstNumber",
      last_number as "lastNumber"
    from index_segments where state = 'live' order by passages, id`);
}

/** The next `limit` blocks of some segments, by first feature, then by segment. @throws PortFailure */
export async function readIndexBlocks(
  database: Database,
  segments: readonly number[],
  after: { feature: number; segment: number },
  limit: number,
): Promise<StoredPostingBlock[]> {
  const rows = await database.query<
    Omit<StoredPostingBlock, "postings"> & { postings: string }
  >(sql`
    select segment, features, ends, encode(postings, 'base64') as postings
    from unnest(${segments}::bigint[]) as segment
    cross join lateral (
      select first_feature, features, ends, postings from index_blocks
      where segment_id = segment and first_feature >= ${after.feature}
        and (first_feature > ${after.feature} or segment > ${after.segment})
      order by first_feature limit ${limit}
    ) as block
    order by first_feature, segment limit ${limit}`);
  return rows.map(({ segment, features, ends, postings }) => ({
    segment,
    features,
    ends,
    postings: fromBase64(postings),
  }));
}
