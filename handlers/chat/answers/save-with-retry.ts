import { pause } from "../../lib/time.ts";
import { PortFailure } from "../../ports/failure.ts";

/** How long an answer that is finished may wait for a database that is away. */
const patienceMilliseconds = 5000;
const firstWaitMilliseconds = 100;

/**
 * Saves again for as long as that may help: an answer that was made, and perhaps paid for, is not to be
 * lost to a database that restarts. `save` may run several times. Throws its last failure.
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
