import { pause } from "../../../../handlers/lib/time.ts";
import { PortFailure } from "../../../../handlers/ports/failure.ts";
import type { SnapshotStore } from "../../../../handlers/ports/snapshot-store.ts";
import type { Link } from "../objects/names.ts";
import type { Pace } from "./pace.ts";
import { readLease, replaceLease, type Lease, type StoredLease } from "./lease.ts";

export interface HoldingOptions {
  readonly store: SnapshotStore;
  readonly pace: Pick<Pace, "retry" | "longestRetry">;
  /** As this process took it. */
  readonly taken: { readonly version: string; readonly lease: Lease };
  /** Another process asks for the lease; called once. */
  readonly onWanted: () => void;
  /** Another process has taken it; called once. */
  readonly onLost: () => void;
  readonly onOutcome: (failure: PortFailure | undefined) => void;
}

/** The lease, while this process has it. Of its methods one runs at a time. */
export interface Holding {
  /** Shows that this process lives, and what it has stored. @throws PortFailure, `moved` where another process has the lease */
  renew(head: Link): Promise<void>;
  /** Like `renew`, and tries again until it is written. @throws PortFailure `moved`; `aborted` by the signal */
  confirm(head: Link, signal: AbortSignal): Promise<void>;
  /** Gives the lease up. @throws as `confirm` */
  release(head: Link, signal: AbortSignal): Promise<void>;
}

/** Each has read what another process wrote since the one before. */
const attempts = 5;

export function createHolding(options: HoldingOptions): Holding {
  const { store, pace, onOutcome } = options;
  let stored: StoredLease = options.taken;
  let lease: Lease = options.taken.lease;
  let told: "nothing" | "wanted" | "lost" = "nothing";
  let last: Promise<unknown> = Promise.resolve();

  async function write(changes: Pick<Lease, "head"> & { readonly released?: true }): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const next = { ...lease, ...changes, renewals: lease.renewals + 1 };
      const written = await replaceLease(store, stored, next);
      if (written) {
        stored = written;
        lease = next;
        return;
      }
      await look();
    }
    const message = "The store refuses to replace the lease, which no other process has changed";
    throw new PortFailure("unavailable", message, { retryable: true });
  }

  /** Somebody else has written: the process that wants the lease, or the one that has taken it. */
  async function look(): Promise<void> {
    const found = await readLease(store);
    if (!found) {
      // Deleted: the next write fails in the same way where another process is faster.
      const again = await replaceLease(store, undefined, lease);
      if (again) stored = again;
      return;
    }
    if (found.lease?.holder !== lease.holder || found.lease.epoch !== lease.epoch) {
      if (told !== "lost") options.onLost();
      told = "lost";
      throw moved();
    }
    stored = found;
    lease = { ...lease, wanted_by: found.lease.wanted_by, renewals: found.lease.renewals };
    if (found.lease.wanted_by === undefined || told !== "nothing") return;
    told = "wanted";
    options.onWanted();
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  }

  async function insist(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    for (let wait = pace.retry; ; wait = Math.min(2 * wait, pace.longestRetry)) {
      try {
        await work();
        onOutcome(undefined);
        return;
      } catch (error) {
        if (!(error instanceof PortFailure) || error.code === "moved") throw error;
        onOutcome(error);
        await pause(Math.max(wait, error.retryAfter ?? 0), signal);
        if (signal.aborted) throw error;
      }
    }
  }

  return {
    renew: (head) => inTurn(() => write({ head })),
    confirm: (head, signal) => insist(() => inTurn(() => write({ head })), signal),
    release: (head, signal) => insist(() => inTurn(() => write({ head, released: true })), signal),
  };
}

function moved(): PortFailure {
  const message = "Another process has taken over the database";
  return new PortFailure("moved", message, { retryable: true });
}
