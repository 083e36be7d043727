import { createBoundedCache } from "../lib/cache.ts";
import type { Clock } from "../ports/clock.ts";

/** A count serves for this many milliseconds, and for a tenth of the room that it found: instances do not share it. */
const freshMilliseconds = 60_000;
const share = 10;
/** The most owners whose counts are remembered. */
const mostOwners = 10_000;

/**
 * Remembers how many tasks may be added without counting an owner's tasks again, which takes longer the more there are.
 *
 * @param maximum of an owner's tasks
 */
export function createRoom(maximum: number, clock: Clock) {
  const rooms = createBoundedCache<string, { left: number; readonly until: number }>(mostOwners);
  return {
    /** Whether the owner's tasks need not be counted for one more; takes its place. */
    take(ownerId: string): boolean {
      const room = rooms.get(ownerId);
      if (!room || room.left < 1 || clock.monotonic() > room.until) return false;
      room.left -= 1;
      return true;
    },

    note(ownerId: string, tasks: number): void {
      const left = Math.floor((maximum - tasks) / share);
      rooms.set(ownerId, { left, until: clock.monotonic() + freshMilliseconds });
    },
  };
}
