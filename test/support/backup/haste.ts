import type { Pace } from "../../../adapters/databases/backup/lease/pace.ts";

/** The pace, as many times as fast. @param silence milliseconds, where they are not to be as many times as short */
export function hasten(pace: Pace, times: number, silence?: number): Pace {
  const faster = (milliseconds: number) => Math.ceil(milliseconds / times);
  return {
    flush: faster(pace.flush),
    segments: faster(pace.segments),
    renew: faster(pace.renew),
    silence: silence ?? faster(pace.silence),
    look: faster(pace.look),
    retry: faster(pace.retry),
    longestRetry: faster(pace.longestRetry),
    stop: pace.stop,
    behind: faster(pace.behind),
  };
}
