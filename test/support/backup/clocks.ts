import { systemClock } from "../../../handlers/lib/time.ts";
import type { Clock } from "../../../handlers/ports/clock.ts";

export const hour = 3_600_000;
export const day = 24 * hour;

/** This machine's clock, set wrong by so many milliseconds. */
export function wrongBy(milliseconds: number): Clock {
  return { ...systemClock, now: () => systemClock.now() + milliseconds };
}

/** A clock for which time passes when a test says so, beside the usual. */
export function createJumpingClock(start = 0): Clock & { jump(milliseconds: number): void } {
  let ahead = start;
  return {
    now: () => systemClock.now() + ahead,
    monotonic: () => systemClock.monotonic() + ahead,
    jump: (milliseconds) => void (ahead += milliseconds),
  };
}
