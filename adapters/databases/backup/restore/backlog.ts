import type { Clock } from "../../../../handlers/ports/clock.ts";
import type { SnapshotStore } from "../../../../handlers/ports/snapshot-store.ts";
import { decodeManifest } from "../objects/content.ts";
import { DamagedObject } from "../objects/damage.ts";
import { manifestObject, segmentName, snapshotFolder } from "../objects/names.ts";
import type { Objects } from "../objects/objects.ts";
import { readCatalogue, segmentsAfter } from "./catalogue.ts";

/** What a restore would have to read beside the newest snapshot. */
export interface Backlog {
  /** Of the log after the snapshot. */
  readonly segments: number;
  readonly bytes: number;
  readonly snapshotBytes: number;
  /** Of the snapshot, in milliseconds, by the clocks of its writer and of this process. */
  readonly age: number;
}

/** Of a snapshot that cannot be read, the age is infinite. @throws PortFailure */
export async function readBacklog(options: {
  readonly store: SnapshotStore;
  readonly objects: Objects;
  readonly clock: Clock;
}): Promise<Backlog> {
  const { store, objects, clock } = options;
  const catalogue = await readCatalogue(store);
  const [newest] = catalogue.snapshots;
  const unreadable = { segments: 1, bytes: 0, snapshotBytes: 0, age: Number.POSITIVE_INFINITY };
  if (!newest) return unreadable;
  try {
    const name = manifestObject(snapshotFolder(newest));
    const manifest = decodeManifest(name, await objects.read(name));
    const names = new Set(segmentsAfter(manifest.from, catalogue));
    const log = catalogue.log.filter((position) => names.has(segmentName(position)));
    return {
      segments: log.length,
      bytes: log.reduce((sum, { bytes }) => sum + bytes, 0),
      snapshotBytes: manifest.bytes,
      age: Math.max(0, clock.now() - Date.parse(manifest.at)),
    };
  } catch (error) {
    if (error instanceof DamagedObject) return unreadable;
    throw error;
  }
}
