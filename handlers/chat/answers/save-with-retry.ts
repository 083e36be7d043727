import { pause } from "../../lib/time.ts";
import { PortFailure } from "../../ports/failure.ts";

/** Milliseconds to go on trying to save a finished answer while the database is down. */
const patienceMilliseconds = 5000;
const firstWaitMilliseconds = 100;

/**
 * Retries a save for up to 5 s, so that a database restart does not lose a finished answer. `save` may run
 * several times.
 *
 * @throws its last failure
 */
export async function saveWithRetry(save: () => Promise<void>): Promise<void> {
  const until = performance.now() + patienceMilliseconds;
  for (let wait = firstWaitMilliseconds; ; wait *= 2) {
    try {
      return await save();
    } catch (error) {
      const isTemporary = error instanceof PortFailure && error.retryable;
      const rest = isTemporary ? Math.max(wait, error.retryAfter ?? 0) : Infinity;
      if (performance.now() + rest > until) throw error;
      await pause(rest);
    }
  }
}
