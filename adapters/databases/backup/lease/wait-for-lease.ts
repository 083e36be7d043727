import { pause } from "../../../../handlers/lib/time.ts";
import type { Clock } from "../../../../handlers/ports/clock.ts";
import type { Logger } from "../../../../handlers/ports/logger.ts";
import type { SnapshotStore } from "../../../../handlers/ports/snapshot-store.ts";
import { readLease, replaceLease, type StoredLease } from "./lease.ts";
import type { Pace } from "./pace.ts";

export interface LeaseWait {
  readonly store: SnapshotStore;
  /** This process's id. */
  readonly me: string;
  /** Ids of processes that are known to be dead, such as the last one on this directory. */
  readonly dead: readonly string[];
  /** `ask`: asks the holder to hand over. `watch`: waits until nobody holds it. */
  readonly how: "ask" | "watch";
  readonly pace: Pace;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Waits until the lease may be taken: there is none, its holder is dead or has released it, or it has not changed
 * for `pace.silence`, twice that for one that watches, of this process's own clock. Resolves to what is there then.
 *
 * @throws PortFailure, the store's own; the signal's reason
 */
export async function waitForLease(wait: LeaseWait): Promise<StoredLease | undefined> {
  const { store, me, dead, how, pace, clock, logger, signal } = wait;
  // The process that asked has to read the rest of the log before it takes a released lease.
  const patience = how === "ask" ? pace.silence : 2 * pace.silence;
  let seen: { readonly version: string; readonly since: number } | undefined;
  for (;;) {
    signal.throwIfAborted();
    let found = await readLease(store);
    if (!found) return undefined;
    const { lease } = found;
    const isFree = lease?.released === true || (lease && dead.includes(lease.holder));
    if (isFree === true && how === "ask") return found;
    if (how === "ask" && lease && lease.wanted_by !== me && lease.released !== true)
      found = (await replaceLease(store, found, { ...lease, wanted_by: me })) ?? found;
    const now = clock.monotonic();
    if (!seen) logger.info("waiting for the process that has the database");
    if (seen?.version !== found.version) seen = { version: found.version, since: now };
    else if (now - seen.since >= patience) return found;
    await pause(pace.look, signal);
  }
}
