import type { SweepStore } from "./store-sweep.ts";

export interface SweepOptions {
  /** How long idle guests are kept, milliseconds. */
  readonly guestRetention: number;
  /** Ends the sweep between two statements. */
  readonly signal?: AbortSignal;
}

export interface Swept {
  readonly guests: number;
  readonly sessions: number;
  readonly keys: number;
}

/** Small enough that nobody waits long behind a statement; a guest takes conversations along. */
const guestsAtOnce = 50;
const rowsAtOnce = 500;

/** Deletes idle guests with all that was theirs, ended sessions and expired keys. Throws PortFailure. */
export async function sweepAccounts(
  store: SweepStore,
  { guestRetention, signal }: SweepOptions,
): Promise<Swept> {
  const repeat = async (limit: number, remove: (limit: number) => Promise<number>) => {
    let total = 0;
    for (;;) {
      if (signal?.aborted) return total;
      const removed = await remove(limit);
      total += removed;
      if (removed < limit) return total;
    }
  };
  return {
    guests: await repeat(guestsAtOnce, (limit) => store.deleteIdleGuests(guestRetention, limit)),
    sessions: await repeat(rowsAtOnce, (limit) => store.deleteExpiredSessions(limit)),
    keys: await repeat(rowsAtOnce, (limit) => store.deleteExpiredKeys(limit)),
  };
}
