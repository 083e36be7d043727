import { createBoundedCache } from "../../lib/cache.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Rate } from "../../settings/kinds.ts";
import type { Permit } from "./limits.ts";

/** The most subjects that are remembered; the one remembered longest is dropped first. */
const mostSubjects = 10_000;

/**
 * Counts in memory by the generic cell rate algorithm, which keeps one number for each subject: the time when
 * its whole allowance is free again. The function returns undefined for a request that is allowed.
 */
export function createReadLimit(clock: Clock) {
  const usedUntil = createBoundedCache<string, number>(mostSubjects);

  return (subject: string, { limit, window }: Rate): Permit | undefined => {
    const now = clock.monotonic();
    const before = usedUntil.get(subject);
    const after = Math.max(now, before ?? now) + window / limit;
    if (after - now > window) {
      const reset_seconds = Math.max(1, Math.ceil((after - now - window) / 1000));
      return { allowed: false, remaining: 0, reset_seconds };
    }
    usedUntil.set(subject, after);
    return undefined;
  };
}
