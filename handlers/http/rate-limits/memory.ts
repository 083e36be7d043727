import { createBoundedCache } from "../../lib/cache.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Rate } from "../../settings/kinds.ts";
import type { Permit } from "./limits.ts";

/** Whom this process remembers; the one it has known longest is forgotten first. */
const mostSubjects = 10_000;

/**
 * Counts in memory, one number a subject: when all it has used of its allowance will be free again
 * (the generic cell rate algorithm). Undefined where the request is allowed.
 */
export function createReadLimit(clock: Clock) {
  const usedUntil = createBoundedCache<string, number>(mostSubjects);

  return (subject: string, { limit, window }: Rate): Permit | undefined => {
    const now = clock.now();
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
