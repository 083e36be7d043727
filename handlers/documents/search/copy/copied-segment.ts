import type { PostingBlock } from "../../index/store-segments.ts";

/** The posting lists of a segment. */
export interface CopiedSegment {
  /** The list of a feature; undefined where it has none. */
  find(feature: number): Uint8Array | undefined;
}

/** Joins the blocks of one segment, which come in the order of their features. */
export function copySegment(blocks: readonly PostingBlock[]): CopiedSegment {
  const features = Int32Array.from(blocks.flatMap((block) => [...block.features]));
  const ends = new Int32Array(features.length);
  const postings = new Uint8Array(blocks.reduce((sum, block) => sum + block.postings.length, 0));
  let bytes = 0;
  let lists = 0;
  for (const block of blocks) {
    for (const end of block.ends) ends[lists++] = bytes + end;
    postings.set(block.postings, bytes);
    bytes += block.postings.length;
  }
  return {
    find(feature) {
      const place = placeOf(feature, features);
      return place === undefined ? undefined : postings.subarray(ends[place - 1] ?? 0, ends[place]);
    },
  };
}

/** Where a number is in an ascending list. */
function placeOf(wanted: number, ascending: Int32Array): number | undefined {
  let low = 0;
  let high = ascending.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = ascending[middle] ?? 0;
    if (found === wanted) return middle;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
