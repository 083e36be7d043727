import type { SweepStore } from "./store-sweep.ts";

/** Few, because deleting a guest also deletes conversations, and other statements wait meanwhile. */
const guestsAtOnce = 50;
const rowsAtOnce = 500;
/** How long an address counts as known after a sign-in from it: 180 days, in milliseconds. */
const addressRetention = 180 * 86_400_000;

/**
 * The sweeps of idle guests with their data, ended sessions, expired keys and old addresses: each deletes some
 * and returns how many, 0 when none are left. They throw PortFailure.
 *
 * @param guestRetention how long idle guests are kept, milliseconds
 */
export function accountSweeps(store: SweepStore, guestRetention: number) {
  return {
    guests: () => store.deleteIdleGuests(guestRetention, guestsAtOnce),
    sessions: () => store.deleteExpiredSessions(rowsAtOnce),
    addresses: () => store.deleteKnownAddresses(addressRetention, rowsAtOnce),
    keys: () => store.deleteExpiredKeys(rowsAtOnce),
  };
}
