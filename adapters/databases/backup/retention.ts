import type { Clock } from "../../../handlers/ports/clock.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import { decodeManifest } from "./objects/content.ts";
import { DamagedObject } from "./objects/damage.ts";
import {
  manifestObject,
  positionOf,
  segmentName,
  snapshotFolder,
  type Position,
} from "./objects/names.ts";
import type { Objects } from "./objects/objects.ts";
import { readCatalogue } from "./restore/catalogue.ts";

const kept = 3;
/** Beside the newest one: so long may a deleted account remain in a snapshot. */
const longestMilliseconds = 7 * 24 * 3_600_000;

export interface RetentionOptions {
  readonly store: SnapshotStore;
  readonly objects: Objects;
  /** This process's: what a later one has written stays. */
  readonly epoch: number;
  readonly clock: Clock;
}

/**
 * Deletes all snapshots but the last three, and those older than a week but the newest; what was broken off; and the
 * log that none of those left needs.
 *
 * @throws PortFailure
 */
export async function deleteOld({ store, objects, epoch, clock }: RetentionOptions): Promise<void> {
  const { snapshots, snapshotObjects, log } = await readCatalogue(store);
  const [newest] = snapshots;
  if (!newest || newest.epoch > epoch) return;
  const staying = [newest];
  for (const position of snapshots.slice(1, kept)) {
    const age = clock.now() - (await readTime(position, objects));
    if (age < longestMilliseconds) staying.push(position);
  }
  const folders = staying.map(snapshotFolder);
  const isOurs = (position: Position | undefined) => position && position.epoch <= epoch;
  const oldest = Math.min(...staying.map(({ sequence }) => sequence));
  await store.delete([
    ...snapshotObjects.filter(
      (name) => isOurs(positionOf(name)) && !folders.some((folder) => name.startsWith(folder)),
    ),
    ...log
      .filter((position) => position.epoch <= epoch && position.sequence <= oldest)
      .map(segmentName),
  ]);
}

/** When the snapshot was written; one that cannot be read counts as old. */
async function readTime(position: Position, objects: Objects): Promise<number> {
  const name = manifestObject(snapshotFolder(position));
  try {
    return Date.parse(decodeManifest(name, await objects.read(name)).at);
  } catch (error) {
    if (error instanceof DamagedObject) return Number.NEGATIVE_INFINITY;
    throw error;
  }
}
