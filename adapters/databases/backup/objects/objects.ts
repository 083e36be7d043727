import { pause } from "../../../../handlers/lib/time.ts";
import { PortFailure } from "../../../../handlers/ports/failure.ts";
import type { SnapshotStore } from "../../../../handlers/ports/snapshot-store.ts";
import { DamagedObject } from "./damage.ts";
import type { Pace } from "../lease/pace.ts";
import type { Seal } from "./seal.ts";

export interface ObjectsOptions {
  readonly store: SnapshotStore;
  readonly seal: Seal;
  readonly pace: Pick<Pace, "retry" | "longestRetry">;
  /** Called with every failure of the store, and with undefined after a success. */
  readonly onOutcome?: (failure: PortFailure | undefined) => void;
}

export interface Objects {
  readonly isEncrypted: boolean;
  /**
   * Writes an object that is not there yet, and tries again for as long as it takes.
   *
   * @throws PortFailure `aborted` by the signal; `conflict` where another content has the name
   */
  put(name: string, content: Uint8Array, signal: AbortSignal): Promise<{ readonly bytes: number }>;
  /** @throws DamagedObject where it is missing or not whole; PortFailure where the store does not answer */
  read(name: string): Promise<Uint8Array>;
}

/** A body may arrive cut off, so an object counts as damaged only after this many reads. */
const reads = 3;

/** The backup's objects, compressed and encrypted, over a store that may fail for a while. */
export function createObjects({ store, seal, pace, onOutcome }: ObjectsOptions): Objects {
  async function tryPut(name: string, stored: Uint8Array): Promise<void> {
    try {
      await store.put(name, stored, { kind: "absent" });
    } catch (error) {
      if (!(error instanceof PortFailure) || error.code !== "conflict") throw error;
      // The reply to an earlier attempt may have been lost.
      const there = await store.get(name);
      if (!there || Buffer.compare(there.content, stored) !== 0) throw error;
    }
  }

  return {
    isEncrypted: seal.isEncrypted,
    async put(name, content, signal) {
      const stored = await seal.close(name, content);
      for (let wait = pace.retry; ; wait = Math.min(2 * wait, pace.longestRetry)) {
        if (signal.aborted) throw given();
        try {
          await tryPut(name, stored);
          onOutcome?.(undefined);
          return { bytes: stored.length };
        } catch (error) {
          if (!(error instanceof PortFailure) || error.code === "conflict") throw error;
          onOutcome?.(error);
          await pause(Math.max(wait, error.retryAfter ?? 0), signal);
        }
      }
    },
    async read(name) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const stored = await store.get(name);
          if (!stored) throw new DamagedObject(name, "it is missing");
          return await seal.open(name, stored.content);
        } catch (error) {
          const isPassing = error instanceof PortFailure && error.retryable;
          if (attempt >= reads || !(isPassing || error instanceof DamagedObject)) throw error;
          await pause(pace.retry * attempt);
        }
      }
    },
  };
}

function given(): PortFailure {
  return new PortFailure("aborted", "the backup was given up", { retryable: false });
}
