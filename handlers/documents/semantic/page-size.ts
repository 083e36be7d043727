/** The number of passages that are embedded and stored together. */
export interface PageSize {
  now(): number;
  /** Adapts the size to the time that embedding this many texts took, in milliseconds. */
  adapt(texts: number, milliseconds: number): void;
  /** Makes it a quarter of a page that was not embedded in time, and stays below that page's size. */
  shrink(tried: number): void;
}

const most = 48;
/** Milliseconds that a page should take: a request of a remote embedder may take 30,000. */
const wanted = 10_000;
/** Pages at the highest size after which a larger one is tried: the embedder may have been slow for a while only. */
const triedAgainAfter = 50;

/** Creates the page size: 48 passages, fewer where the embedder is slow, so that it makes progress at any speed. */
export function createPageSize(): PageSize {
  let size = most;
  let highest = most;
  let pagesAtHighest = 0;
  return {
    now: () => size,
    adapt(texts, milliseconds) {
      if (texts === 0) return;
      const fitting = Math.floor((wanted * texts) / Math.max(1, milliseconds));
      if (texts >= highest && ++pagesAtHighest >= triedAgainAfter) {
        highest = Math.min(most, 2 * highest);
        pagesAtHighest = 0;
      }
      // A few short texts may have been quick: the size doubles at most.
      size = Math.max(1, Math.min(fitting, 2 * size, highest));
    },
    shrink(tried) {
      highest = Math.max(1, tried - 1);
      pagesAtHighest = 0;
      size = Math.max(1, tried >> 2);
    },
  };
}
