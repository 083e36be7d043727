import { pause } from "../../lib/time.ts";
import type { Clock } from "../../ports/clock.ts";
import { PortFailure } from "../../ports/failure.ts";

const firstWaitMilliseconds = 100;
const longestWaitMilliseconds = 1000;

/**
 * Retries a save for so many milliseconds, about every second, so that an outage of the database does not lose a
 * finished answer. `save` may run several times. A failure's own `retryAfter` is no reason to wait longer: an open
 * circuit refuses at no cost, and closes as soon as the database is back.
 *
 * @throws its last failure
 */
export async function saveWithRetry(
  save: () => Promise<void>,
  { milliseconds, clock }: { readonly milliseconds: number; readonly clock: Clock },
): Promise<void> {
  const until = clock.monotonic() + milliseconds;
  let wait = firstWaitMilliseconds;
  for (;;) {
    try {
      return await save();
    } catch (error) {
      // One that has moved to another process seldom comes back.
      const isTemporary = error instanceof PortFailure && error.retryable && error.code !== "moved";
      if (!isTemporary || clock.monotonic() + wait > until) throw error;
      await pause(wait);
      wait = Math.min(wait * 2, longestWaitMilliseconds);
    }
  }
}
