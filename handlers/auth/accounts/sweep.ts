import type { SweepStore } from "./store-sweep.ts";

/** Small enough that nobody waits long behind a statement; a guest takes conversations along. */
const guestsAtOnce = 50;
const rowsAtOnce = 500;

/**
 * Idle guests with all that was theirs, ended sessions and expired keys: each deletes some and says how
 * many, 0 when none are left. They throw PortFailure.
 *
 * @param guestRetention how long idle guests are kept, milliseconds
 */
export function accountSweeps(store: SweepStore, guestRetention: number) {
  return {
    guests: () => store.deleteIdleGuests(guestRetention, guestsAtOnce),
    sessions: () => store.deleteExpiredSessions(rowsAtOnce),
    keys: () => store.deleteExpiredKeys(rowsAtOnce),
  };
}
