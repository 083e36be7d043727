import type { Database } from "../../ports/database.ts";
import { decodePostings, passageOf, type Posting } from "./postings.ts";
import { writeLists, type PostingList } from "./segment.ts";
import { openSegment, readIndexBlocks, replaceSegments } from "./store-segments.ts";
import type { LiveSegment, StoredPostingBlock } from "./store-segments.ts";
import { readNumbers } from "./store-sweep.ts";

/**
 * Segments are of one tier when their sizes differ by less than this factor; this many of one tier are merged.
 */
const tierWidth = 8;
const smallest = 64;

const blocksAtOnce = 96;
const numbersAtOnce = 1000;

/**
 * The segments of a full tier, to be merged; undefined when there is none. Each posting is rewritten once per
 * tier, and searches read few segments.
 */
export function chooseMerge(segments: readonly LiveSegment[]): readonly LiveSegment[] | undefined {
  const tiers = Map.groupBy(segments, ({ passages }) =>
    Math.floor(Math.log(Math.max(1, passages / smallest)) / Math.log(tierWidth)),
  );
  return [...tiers.values()].find((tier) => tier.length >= tierWidth);
}

/**
 * Merges `sources` into one segment without outdated passages, and replaces them by it. Does nothing if another
 * process has replaced them first.
 *
 * @throws PortFailure
 */
export async function mergeSegments(
  database: Database,
  sources: readonly LiveSegment[],
): Promise<void> {
  const ids = sources.map((source) => source.id);
  const visible = await visibleNumbers(database, sources);
  const merged = await openSegment(database);
  const open = new Map<number, Posting[]>();
  let after = { feature: -(2 ** 31), segment: 0 };
  for (;;) {
    const blocks = await readIndexBlocks(database, ids, after, blocksAtOnce);
    for (const block of blocks) gather(block, visible, open);
    const last = blocks.at(-1);
    const first = last?.features[0];
    const more = last !== undefined && first !== undefined && blocks.length === blocksAtOnce;
    // All lists below the last block's first feature are complete now.
    await writeLists(database, merged, takeBelow(open, more ? first : Infinity));
    if (!more) break;
    after = { feature: first, segment: last.segment };
  }
  const before = sum(sources, (source) => source.passages);
  const passages = Math.min(before, visible.size);
  const summary = {
    passages,
    terms: before === 0 ? 0 : Math.round((sum(sources, ({ terms }) => terms) * passages) / before),
    firstNumber: Math.min(...sources.map((source) => source.firstNumber)),
    lastNumber: Math.max(...sources.map((source) => source.lastNumber)),
  };
  await replaceSegments(database, merged, summary, ids);
}

async function visibleNumbers(
  database: Database,
  sources: readonly LiveSegment[],
): Promise<Set<number>> {
  const visible = new Set<number>();
  for (const { firstNumber, lastNumber } of sources) {
    let from = firstNumber;
    for (;;) {
      const page = await readNumbers(database, from, lastNumber, numbersAtOnce);
      for (const { number, visible: isVisible } of page) if (isVisible) visible.add(number);
      const last = page.at(-1);
      if (last === undefined || page.length < numbersAtOnce) break;
      from = last.number + 1;
    }
  }
  return visible;
}

/** Adds a block's postings of current passages to the open lists. */
function gather(
  { features, ends, postings }: StoredPostingBlock,
  visible: ReadonlySet<number>,
  open: Map<number, Posting[]>,
): void {
  const decoded = new Int32Array(postings.length);
  let start = 0;
  for (const [index, feature] of features.entries()) {
    const end = ends[index] ?? start;
    const list = open.get(feature) ?? [];
    const count = decodePostings(postings.subarray(start, end), decoded);
    for (const value of decoded.subarray(0, count)) {
      if (visible.has(passageOf(value))) list.push(value);
    }
    if (list.length > 0) open.set(feature, list);
    start = end;
  }
}

/** Removes the lists of the features below `bound` from `open` and yields them in order. */
function* takeBelow(open: Map<number, Posting[]>, bound: number): Generator<PostingList> {
  const features = [...open.keys()].filter((feature) => feature < bound);
  for (const feature of features.sort((one, other) => one - other)) {
    const postings = open.get(feature) ?? [];
    open.delete(feature);
    yield { feature, postings: postings.sort((one, other) => one - other) };
  }
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
