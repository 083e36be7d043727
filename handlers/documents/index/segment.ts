import type { Database } from "../../ports/database.ts";
import { createYieldIfDue } from "../../lib/yield-to-event-loop.ts";
import { ByteBuffer, encodePostings, type Posting } from "./postings.ts";
import { writeBlocks, type PostingBlock } from "./store-segments.ts";

/** One feature's postings, ascending. */
export interface PostingList {
  readonly feature: number;
  readonly postings: readonly Posting[];
}

/** Bytes of a block: several of its rows fit a database page, and finding a list in it costs little. */
const blockBytes = 900;
const blockFeatures = 96;
/** Bytes that one statement writes, so that an embedded database is soon free for other statements. */
const statementBytes = 48_000;

/** Packs lists, ascending by feature, into blocks. A larger list is a block of its own. */
function* packBlocks(lists: Iterable<PostingList>): Generator<PostingBlock> {
  let buffer = new ByteBuffer();
  let features: number[] = [];
  let ends: number[] = [];
  const close = (): PostingBlock => {
    const block = { features, ends, postings: buffer.slice() };
    buffer = new ByteBuffer();
    features = [];
    ends = [];
    return block;
  };
  for (const { feature, postings } of lists) {
    const large = postings.length > blockBytes;
    if (features.length > 0 && large) yield close();
    features.push(feature);
    ends.push(encodePostings(postings, buffer));
    if (large || buffer.length >= blockBytes || features.length >= blockFeatures) yield close();
  }
  if (features.length > 0) yield close();
}

/** Writes lists, ascending by feature, to a segment under construction. @throws PortFailure */
export async function writeLists(
  database: Database,
  segment: number,
  lists: Iterable<PostingList>,
): Promise<void> {
  const yieldIfDue = createYieldIfDue();
  let blocks: PostingBlock[] = [];
  let size = 0;
  for (const block of packBlocks(lists)) {
    blocks.push(block);
    size += block.postings.length + 8 * block.features.length;
    if (size >= statementBytes) {
      await writeBlocks(database, segment, blocks);
      blocks = [];
      size = 0;
    }
    await yieldIfDue();
  }
  if (blocks.length > 0) await writeBlocks(database, segment, blocks);
}
