/** Upper bounds in milliseconds of the times to a first token; the last bucket has none. Stored counts depend on them. */
export const firstTokenBounds: readonly number[] = [
  5, 10, 25, 50, 100, 250, 500, 1000, 1500, 2000, 3000, 5000, 7500, 10_000, 15_000, 20_000, 30_000,
  60_000,
];

/** One count in the bucket of this time; all are 0 where there was no first token. */
export function bucketsWith(milliseconds: number | undefined): readonly number[] {
  const counts = Array.from({ length: firstTokenBounds.length + 1 }, () => 0);
  if (milliseconds === undefined) return counts;
  const found = firstTokenBounds.findIndex((bound) => milliseconds <= bound);
  counts[found < 0 ? firstTokenBounds.length : found] = 1;
  return counts;
}

/**
 * The time below which a share of the counted ones was, as if they were evenly spread within a bucket (as Prometheus'
 * histogram_quantile); whole milliseconds. Undefined without any.
 */
export function quantileOf(counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const rank = share * total;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    const upper = firstTokenBounds[index];
    if (upper === undefined) break;
    if (count > 0 && below + count >= rank) {
      const lower = firstTokenBounds[index - 1] ?? 0;
      return Math.round(lower + ((upper - lower) * (rank - below)) / count);
    }
    below += count;
  }
  return firstTokenBounds.at(-1);
}
