import type { SweepStore } from "./store-sweep.ts";

/** Few, because deleting a guest also deletes conversations, and other statements wait meanwhile. */
const guestsAtOnce = 50;
const rowsAtOnce = 500;

/**
 * The sweeps of idle guests with their data, ended sessions and expired keys: each deletes some and returns
 * how many, 0 when none are left. They throw PortFailure.
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
