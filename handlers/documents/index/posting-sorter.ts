import type { Posting } from "./postings.ts";
import type { PostingList } from "./segment.ts";

const buckets = 256;
const perFeature = 2 ** 21;

/**
 * Collects postings by passage and returns them by feature.
 *
 * A feature (32 bits) and a posting of a passage counted from 0 (at most 2^18 passages, 21 bits) fit into the
 * 53 bits of a number, so typed arrays can sort them, some thousand numbers at a time.
 */
export class PostingSorter {
  readonly #buckets = Array.from({ length: buckets }, () => new Bucket());

  add(feature: number, posting: Posting): void {
    const unsigned = feature + 2 ** 31;
    this.#buckets[unsigned >>> 24]?.push(unsigned * perFeature + posting);
  }

  /** Every feature with its postings, both ascending. */
  *lists(): Generator<PostingList> {
    for (const bucket of this.#buckets) {
      let feature: number | undefined;
      let postings: Posting[] = [];
      for (const value of bucket.sorted()) {
        const unsigned = Math.floor(value / perFeature);
        if (feature !== undefined && unsigned !== feature) {
          yield { feature: feature - 2 ** 31, postings };
          postings = [];
        }
        feature = unsigned;
        postings.push(value - unsigned * perFeature);
      }
      if (feature !== undefined) yield { feature: feature - 2 ** 31, postings };
    }
  }
}

class Bucket {
  #values = new Float64Array(64);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  sorted(): Float64Array {
    return this.#values.subarray(0, this.#length).sort();
  }
}
