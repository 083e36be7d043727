import type { Clock } from "../../../handlers/ports/clock.ts";

/** A clock that a test sets; both of its times move together. */
export function clockAt(now: () => number): Clock {
  return { now, monotonic: now };
}
