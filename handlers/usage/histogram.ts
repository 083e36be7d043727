/** Counts values by size, as Prometheus' histograms do. Observing allocates nothing. */
export interface Histogram {
  /** Upper bounds, ascending; one more bucket has none. */
  readonly bounds: readonly number[];
  /** Values in each bucket, not cumulative. */
  readonly counts: Float64Array;
  sum: number;
}

export function createHistogram(bounds: readonly number[]): Histogram {
  return { bounds, counts: new Float64Array(bounds.length + 1), sum: 0 };
}

export function observe(histogram: Histogram, value: number): void {
  const { bounds, counts } = histogram;
  let bucket = 0;
  while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
  counts[bucket] = (counts[bucket] ?? 0) + 1;
  histogram.sum += value;
}
