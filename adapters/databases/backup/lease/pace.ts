/** How often the backup does what, in milliseconds unless it says otherwise. */
export interface Pace {
  /** Between two log segments, while something changes. */
  readonly flush: number;
  /** So many log segments call for a new snapshot: each is a request of its own in a restore. */
  readonly segments: number;
  /** Between two renewals of the lease. */
  readonly renew: number;
  /** A lease that has not changed for this long has lost its holder. */
  readonly silence: number;
  /** Between two looks at another process's lease. */
  readonly look: number;
  /** After the store's first failure, and at most, after more of them. */
  readonly retry: number;
  readonly longestRetry: number;
  /** So long a process that ends tries to send what is unsent. */
  readonly stop: number;
  /** A change that is unsent for this long makes the backup `behind`. */
  readonly behind: number;
}

/** What a store bears that takes a regular write every so many milliseconds. */
export function paceOf(storeMilliseconds: number): Pace {
  const regular = Math.max(5000, storeMilliseconds);
  return {
    flush: regular,
    segments: 250,
    renew: regular,
    silence: 3 * regular,
    look: Math.max(500, regular / 10),
    retry: 500,
    longestRetry: 30_000,
    stop: 15_000,
    behind: Math.max(30_000, 3 * regular),
  };
}
