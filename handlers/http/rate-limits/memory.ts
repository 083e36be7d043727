import { createBoundedCache } from "../../lib/cache.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Rate } from "../../settings/kinds.ts";
import type { Permit } from "./limits.ts";

/** The most subjects that are remembered; the one remembered longest is dropped first. */
const mostSubjects = 10_000;

/**
 * Counts in memory by the generic cell rate algorithm, which keeps one number for each subject: the time when
 * its whole allowance is free again. Both functions return undefined for a request that is allowed.
 */
export function createMemoryLimit(clock: Clock) {
  const usedUntil = createBoundedCache<string, number>(mostSubjects);

  const look = (subject: string, { limit, window }: Rate) => {
    const now = clock.monotonic();
    const before = usedUntil.get(subject);
    const after = Math.max(now, before ?? now) + window / limit;
    if (after - now <= window) return { after, permit: undefined };
    const reset_seconds = Math.max(1, Math.ceil((after - now - window) / 1000));
    return { after, permit: { allowed: false, remaining: 0, reset_seconds } };
  };

  return {
    count(subject: string, rate: Rate): Permit | undefined {
      const { after, permit } = look(subject, rate);
      if (!permit) usedUntil.set(subject, after);
      return permit;
    },
    /** What `count` would return, without counting. */
    check: (subject: string, rate: Rate): Permit | undefined => look(subject, rate).permit,
  };
}
