import type { SnapshotStore } from "../../../../handlers/ports/snapshot-store.ts";
import { readLease, type StoredLease } from "../lease/lease.ts";
import {
  logPrefix,
  manifestObject,
  positionOf,
  segmentName,
  snapshotFolder,
  snapshotPrefix,
  type Position,
} from "../objects/names.ts";

/** What a store holds, by names alone. */
export interface Catalogue {
  readonly lease: StoredLease | undefined;
  /** Complete ones, as far as names tell; the newest first. */
  readonly snapshots: readonly Position[];
  readonly log: readonly (Position & { readonly bytes: number })[];
  /** Every object's name that belongs to a snapshot. */
  readonly snapshotObjects: readonly string[];
}

/** @throws PortFailure */
export async function readCatalogue(store: SnapshotStore): Promise<Catalogue> {
  // First the lease: what its holder writes afterwards is found beyond its head.
  const lease = await readLease(store);
  const [snapshotObjects, log] = await Promise.all([
    store.list(snapshotPrefix),
    store.list(logPrefix),
  ]);
  const snapshots = snapshotObjects.flatMap(({ name }) => {
    const position = positionOf(name);
    return position && name === manifestObject(snapshotFolder(position)) ? [position] : [];
  });
  return {
    lease,
    snapshots: snapshots.toSorted(newestFirst),
    log: log.flatMap(({ name, size }) => {
      const position = positionOf(name);
      return position ? [{ ...position, bytes: size }] : [];
    }),
    snapshotObjects: snapshotObjects.map(({ name }) => name),
  };
}

/**
 * The names of the segments that follow a position, in order, as far as names tell: each has the next number, and
 * of several epochs the highest counts. What an epoch wrote after another had begun is no history.
 */
export function segmentsAfter(from: Position, { log, lease }: Catalogue): string[] {
  const bySequence = new Map<number, number[]>();
  for (const { epoch, sequence } of log)
    bySequence.set(sequence, [...(bySequence.get(sequence) ?? []), epoch]);
  const { base, epoch: current } = lease?.lease ?? {};
  const names: string[] = [];
  let { epoch, sequence } = from;
  for (;;) {
    const isBase = base?.epoch === epoch && base.sequence === sequence;
    const least = isBase ? Math.max(epoch, current ?? 0) : epoch;
    const next = Math.max(...(bySequence.get(sequence + 1) ?? []));
    if (next < least) return names;
    epoch = next;
    sequence += 1;
    names.push(segmentName({ epoch, sequence }));
  }
}

/** The highest epoch and the highest number in any name; 0 where there is none. */
export function highest({ lease, log, snapshots }: Catalogue): Position {
  const all = [...log, ...snapshots, ...(lease?.lease ? [lease.lease.head, lease.lease] : [])];
  return {
    epoch: Math.max(0, ...all.map(({ epoch }) => epoch)),
    sequence: Math.max(0, ...all.map((each) => ("sequence" in each ? each.sequence : 0))),
  };
}

function newestFirst(one: Position, other: Position): number {
  return other.epoch - one.epoch || other.sequence - one.sequence;
}
