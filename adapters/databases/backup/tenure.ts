import { pause } from "../../../handlers/lib/time.ts";
import type { Clock } from "../../../handlers/ports/clock.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import type { Gate } from "./gate.ts";
import { createHolding } from "./lease/holding.ts";
import type { Pace } from "./lease/pace.ts";
import { createChangeLog } from "./log.ts";
import type { Objects } from "./objects/objects.ts";
import type { SecretCopy } from "./secret.ts";
import { createSnapshots } from "./snapshots.ts";
import type { BackupStatus } from "./status.ts";
import type { TakenOver } from "./take-over.ts";

export interface TenureOptions {
  readonly database: Database;
  readonly store: SnapshotStore;
  readonly objects: Objects;
  readonly secret: SecretCopy;
  readonly gate: Gate;
  readonly status: BackupStatus;
  readonly pace: Pace;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly migrations: readonly string[];
  readonly taken: TakenOver;
}

/** The time in which this process writes. */
export interface Tenure {
  /** Resolves when another process has the database, or is about to; writes are refused then. */
  readonly ended: Promise<"handed-over" | "lost">;
  /** @param how whether to wait for the first snapshot @throws PortFailure */
  begin(how: "with-snapshot" | "at-once"): Promise<void>;
  /** Sends what is unsent and releases the lease. @throws PortFailure where that takes too long */
  stop(): Promise<void>;
}

/** Sends changes and renews the lease in the background, until another process asks for it or has taken it. */
export function startTenure(options: TenureOptions): Tenure {
  const { gate, status, pace, logger, store, taken } = options;
  const { lease } = taken;
  const working = new AbortController();
  const holdingOn = new AbortController();
  const { signal } = working;
  const ended = Promise.withResolvers<"handed-over" | "lost">();
  const holding = createHolding({
    store,
    pace,
    taken,
    onWanted: () => void handOver(),
    onLost: () => void lose(),
    onOutcome: (failure) => status.noteOutcome(failure),
  });
  const log = createChangeLog({
    ...options,
    epoch: lease.epoch,
    head: lease.head,
    holder: lease.holder,
    confirm: (head, until) => holding.confirm(head, until),
    isRestorable: () => snapshots.isRestorable(),
  });
  const snapshots = createSnapshots({
    ...options,
    log,
    epoch: lease.epoch,
    isRestorable: taken.snapshot === "there",
  });

  async function every(
    milliseconds: number,
    until: AbortSignal,
    work: () => Promise<void>,
  ): Promise<void> {
    for (;;) {
      await pause(milliseconds, until);
      if (until.aborted) return;
      await work().catch(note);
    }
  }

  function note(error: unknown): void {
    if (signal.aborted || (error instanceof PortFailure && error.code === "moved")) return;
    if (error instanceof PortFailure) return status.noteOutcome(error);
    const reason = error instanceof Error ? error.message : "unknown";
    logger.error("the backup failed; it is tried again", { reason });
  }

  async function send(): Promise<void> {
    await options.secret.send();
    if (status.isTouched()) await log.flush(signal);
    await snapshots.startIfDue(signal);
  }

  async function handOver(): Promise<void> {
    logger.info("another process asks for the database; writes are refused from now on");
    working.abort();
    status.noteAway(true);
    await gate.close();
    const unbounded = new AbortController().signal;
    for (;;) {
      try {
        await snapshots.ended();
        await options.secret.send();
        await log.flush(unbounded);
        if (!snapshots.isRestorable()) await snapshots.write(unbounded);
        await holding.release(log.head(), unbounded);
        holdingOn.abort();
        logger.info("the database was handed over");
        return ended.resolve("handed-over");
      } catch (error) {
        if (error instanceof PortFailure && error.code === "moved") return;
        await pause(pace.look);
      }
    }
  }

  async function lose(): Promise<void> {
    working.abort();
    holdingOn.abort();
    status.noteAway(true);
    await gate.close();
    ended.resolve("lost");
  }

  return {
    ended: ended.promise,
    async begin(how) {
      status.cut();
      status.stored(snapshots.isRestorable());
      void every(pace.renew, holdingOn.signal, () => holding.renew(log.head()));
      if (how === "with-snapshot") await snapshots.write(signal);
      void every(pace.flush, signal, send);
    },
    async stop() {
      const isHolding = !signal.aborted;
      working.abort();
      holdingOn.abort();
      if (!isHolding) return;
      const inTime = AbortSignal.timeout(pace.stop);
      await snapshots.ended();
      await options.secret.send();
      await log.flush(inTime);
      await holding.release(log.head(), inTime);
    },
  };
}
