import * as v from "valibot";
import { encodeUtf8 } from "../../../../handlers/lib/bytes.ts";
import { PortFailure } from "../../../../handlers/ports/failure.ts";
import type { SnapshotStore } from "../../../../handlers/ports/snapshot-store.ts";
import { leaseName } from "../objects/names.ts";

const link = v.object({ epoch: v.number(), sequence: v.number(), sha256: v.string() });

const leaseShape = v.object({
  /** Grows with every holder. */
  epoch: v.number(),
  /** A random id. */
  holder: v.string(),
  /** Grows while the holder lives: others compare it with what they saw before, and never a clock. */
  renewals: v.number(),
  /** The last segment that the holder has stored. */
  head: link,
  /** Where the holder began: segments of earlier epochs that came after it are no history. */
  base: link,
  /** Another process asks for the lease. */
  wanted_by: v.optional(v.string()),
  /** The holder has stored everything and writes no more. */
  released: v.optional(v.boolean()),
});

export type Lease = v.InferOutput<typeof leaseShape>;

export interface StoredLease {
  readonly version: string;
  /** Undefined: the object is there and cannot be read. */
  readonly lease: Lease | undefined;
}

/** @throws PortFailure */
export async function readLease(store: SnapshotStore): Promise<StoredLease | undefined> {
  const stored = await store.get(leaseName);
  if (!stored) return undefined;
  return { version: stored.version, lease: parse(stored.content) };
}

/**
 * Writes the lease in the place of what was read before; undefined: of nothing. Resolves to undefined where another
 * process has changed it meanwhile.
 *
 * @throws PortFailure
 */
export async function replaceLease(
  store: SnapshotStore,
  before: StoredLease | undefined,
  lease: Lease,
): Promise<StoredLease | undefined> {
  const condition = before
    ? ({ kind: "unchanged", version: before.version } as const)
    : ({ kind: "absent" } as const);
  try {
    const { version } = await store.put(leaseName, encodeUtf8(JSON.stringify(lease)), condition);
    return { version, lease };
  } catch (error) {
    if (!(error instanceof PortFailure) || error.code !== "conflict") throw error;
    // The reply to an earlier attempt may have been lost: then what is there is ours.
    const there = await readLease(store);
    return there && JSON.stringify(there.lease) === JSON.stringify(lease) ? there : undefined;
  }
}

function parse(content: Uint8Array): Lease | undefined {
  try {
    const found = v.safeParse(leaseShape, JSON.parse(new TextDecoder().decode(content)));
    return found.success ? found.output : undefined;
  } catch {
    return undefined;
  }
}
