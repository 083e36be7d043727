import type { Clock } from "../../../handlers/ports/clock.ts";
import type { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import type { BackupReport } from "../../../handlers/ports/storage.ts";

/** What the backup says of itself: to /api/health, and of its own work to itself. */
export interface BackupStatus {
  report(): BackupReport;
  /** Something may have been written just now. */
  noteUse(): void;
  /** Whether anything may have been written since the latest cut. */
  isTouched(): boolean;
  /** All that was written before is being read, to be sent. */
  cut(): void;
  /** All that was written before the latest cut is stored. @param isRestorable false before the first snapshot */
  stored(isRestorable: boolean): void;
  /** An operation of the store has failed; undefined: one has succeeded. */
  noteOutcome(failure: PortFailure | undefined): void;
  noteRestoring(progress: { readonly done: number; readonly total: number } | undefined): void;
  /** This process writes no more: another one does. */
  noteAway(isAway: boolean): void;
}

/** @param behindMilliseconds the backup is `behind` when something is unsent for longer */
export function createBackupStatus(
  behindMilliseconds: number,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): BackupStatus {
  interface Moment {
    readonly at: number;
    readonly monotonic: number;
  }
  const present = (): Moment => ({ at: clock.now(), monotonic: clock.monotonic() });
  /** The first use since the latest cut, and the first use before it that is not stored. */
  let touched: Moment | undefined;
  let sending: Moment | undefined;
  let lastCut: Moment | undefined;
  let durable: Moment | undefined;
  let isRestorable = false;
  let isAway = false;
  let lastError: PortFailure["code"] | undefined;
  let restoring: BackupReport["restoring"];

  return {
    report() {
      const oldest = sending ?? touched;
      const unsent = oldest && !isAway ? clock.monotonic() - oldest.monotonic : 0;
      const isIdle = oldest === undefined && isRestorable && !isAway;
      const until = isIdle ? clock.now() : durable?.at;
      return {
        durableUntil: until === undefined ? undefined : new Date(until),
        pendingSeconds: Math.floor(unsent / 1000),
        isBehind: unsent > behindMilliseconds,
        lastError,
        restoring,
      };
    },
    noteUse: () => void (touched ??= present()),
    isTouched: () => touched !== undefined || sending !== undefined,
    cut() {
      sending ??= touched;
      touched = undefined;
      lastCut = present();
    },
    stored(restorable) {
      sending = undefined;
      isRestorable = restorable;
      if (restorable) durable = lastCut;
    },
    noteOutcome(failure) {
      if (failure && failure.code !== lastError)
        logger.error("the backup cannot be reached", {
          code: failure.code,
          reason: failure.message,
        });
      else if (!failure && lastError) logger.info("the backup can be reached again");
      lastError = failure?.code;
    },
    noteRestoring: (progress) => void (restoring = progress),
    noteAway: (away) => void (isAway = away),
  };
}
