import type { Clock } from "../../../handlers/ports/clock.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import type { Pace } from "./lease/pace.ts";
import type { ChangeLog } from "./log.ts";
import type { Objects } from "./objects/objects.ts";
import { readBacklog, type Backlog } from "./restore/backlog.ts";
import { deleteOld } from "./retention.ts";
import { writeSnapshot } from "./snapshot.ts";

const none: Backlog = { segments: 0, bytes: 0, snapshotBytes: 0, age: 0 };

export interface SnapshotsOptions {
  readonly database: Database;
  readonly store: SnapshotStore;
  readonly objects: Objects;
  readonly log: ChangeLog;
  readonly epoch: number;
  readonly migrations: readonly string[];
  readonly isRestorable: boolean;
  readonly pace: Pick<Pace, "segments">;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** A log of fewer bytes needs no new snapshot. */
const leastBytes = 4_000_000;
const dayMilliseconds = 24 * 3_600_000;
/** After a failure of the database or the store. */
const restMilliseconds = 60_000;

/** Decides when the next snapshot is due: when the log has outgrown the last one, and once a day after changes. */
export function createSnapshots(options: SnapshotsOptions) {
  const { log, logger, clock } = options;
  let isRestorable = options.isRestorable;
  /** What earlier processes have left, until this one has written a snapshot. */
  let backlog: Backlog | undefined = isRestorable ? undefined : none;
  let snapshotBytes = 0;
  let last = clock.monotonic();
  let failedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;

  const isDue = (before: Backlog): boolean => {
    const now = clock.monotonic();
    if (now - failedAt < restMilliseconds) return false;
    const segments = log.written().segments + before.segments;
    const bytes = log.written().bytes + before.bytes;
    const isLong = segments >= options.pace.segments;
    const isLarge = bytes > Math.max(leastBytes, snapshotBytes || before.snapshotBytes);
    const isDaily = now - last + before.age >= dayMilliseconds && segments > 0;
    return !isRestorable || isLong || isLarge || isDaily;
  };

  async function write(signal: AbortSignal): Promise<void> {
    const began = clock.monotonic();
    const from = log.head();
    log.restart();
    const flush = async () => {
      await log.flush(signal);
      return log.head();
    };
    const { bytes } = await writeSnapshot({ ...options, from, flush, signal });
    snapshotBytes = bytes;
    backlog = none;
    // A snapshot is as old as its beginning.
    last = began;
    const milliseconds = Math.round(clock.monotonic() - began);
    if (!isRestorable) {
      isRestorable = true;
      // So that what the last flush sent counts as kept.
      await log.flush(signal);
    }
    logger.info("snapshot written", { bytes, milliseconds });
    await deleteOld(options);
  }

  function start(signal: AbortSignal): Promise<void> {
    running ??= write(signal)
      .catch((error: unknown) => {
        failedAt = clock.monotonic();
        throw error;
      })
      .finally(() => (running = undefined));
    return running;
  }

  return {
    isRestorable: () => isRestorable,
    /** @throws PortFailure */
    write: start,
    /** Begins a snapshot in the background, where one is due. @throws PortFailure */
    async startIfDue(signal: AbortSignal): Promise<void> {
      if (running) return;
      backlog ??= await readBacklog(options);
      if (!isDue(backlog)) return;
      start(signal).catch((error: unknown) => {
        if (signal.aborted) return;
        const code = error instanceof PortFailure ? error.code : "internal";
        logger.error("no snapshot could be written; it is tried again", { code });
      });
    },
    /** Resolves when no snapshot is being written. */
    async ended(): Promise<void> {
      await running?.catch(() => undefined);
    },
  };
}
