import type { Database } from "../../../../handlers/ports/database.ts";
import { PortFailure } from "../../../../handlers/ports/failure.ts";
import type { Logger } from "../../../../handlers/ports/logger.ts";
import { createApplier, type Applier } from "./applier.ts";
import type { Catalogue } from "./catalogue.ts";
import { digestOf, decodeManifest, type Manifest } from "../objects/content.ts";
import { DamagedObject } from "../objects/damage.ts";
import { followLog } from "./follow.ts";
import { isSameLink, manifestObject, snapshotFolder, type Link } from "../objects/names.ts";
import type { Objects } from "../objects/objects.ts";

export interface RestoreOptions {
  readonly database: Database;
  readonly objects: Objects;
  readonly catalogue: Catalogue;
  readonly logger: Logger;
  /** Empties the database, which has no tables afterwards. */
  readonly empty: () => Promise<void>;
  /** Nothing later, by the writers' clocks; undefined: all there is. */
  readonly at?: Date | undefined;
  /** Called with the rows that are loaded, of those in the snapshot. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Restored {
  /** The last segment that was applied. */
  readonly head: Link;
  /** When that was written, by the writer's clock. ISO 8601. */
  readonly at: string;
  /** Rows of the snapshot. */
  readonly rows: number;
  /** Segments of the log. */
  readonly segments: number;
}

/**
 * Restores the newest snapshot that is whole, and the log after it as far as that is whole. What is left out is
 * logged by name.
 *
 * @throws PortFailure `not_found` where no snapshot is whole, or none is old enough; the store's and the database's own
 */
export async function restoreNewest(options: RestoreOptions): Promise<Restored> {
  const { catalogue, objects, logger, at, empty } = options;
  for (const position of catalogue.snapshots) {
    const folder = snapshotFolder(position);
    try {
      const name = manifestObject(folder);
      const manifest = decodeManifest(name, await objects.read(name));
      if (at && new Date(manifest.at) > at) continue;
      await empty();
      return await restoreSnapshot(folder, manifest, options);
    } catch (error) {
      const damage = asDamage(error, folder);
      logger.error("a snapshot cannot be restored; the one before is taken", {
        object: damage.object,
        reason: damage.message,
      });
    }
  }
  const which = at ? "whole and old enough" : "whole";
  throw new PortFailure("not_found", `The backup holds no snapshot that is ${which}`, {
    retryable: false,
  });
}

/** Applies what was written after a position, as far as it is whole. Resolves to the last position. @throws DamagedObject; PortFailure */
export async function catchUp(
  from: Link,
  options: Pick<RestoreOptions, "database" | "objects" | "catalogue" | "logger">,
): Promise<Link> {
  const applier = createApplier(options.database, options.logger);
  const { head } = await applyLog(applier, from, options, undefined);
  await applier.finish({});
  return head;
}

async function restoreSnapshot(
  folder: string,
  manifest: Manifest,
  options: RestoreOptions,
): Promise<Restored> {
  const { database, objects, logger, onProgress } = options;
  const applier = createApplier(database, logger);
  await applier.migrateTo(manifest.migrations);
  let done = 0;
  for (const { name, sha256, rows } of manifest.parts) {
    const object = folder + name;
    const content = await objects.read(object);
    if ((await digestOf(content)) !== sha256)
      throw new DamagedObject(object, "its content has changed");
    onProgress?.(done, manifest.rows);
    await applier.load(object, new TextDecoder().decode(content).split("\n"));
    done += rows;
  }
  onProgress?.(done, manifest.rows);
  const applied = await applyLog(applier, manifest.from, options, manifest);
  await applier.finish(manifest.sequences);
  return { ...applied, rows: manifest.rows };
}

/** @param snapshot needs the log up to its `until` */
async function applyLog(
  applier: Applier,
  from: Link,
  options: Pick<RestoreOptions, "objects" | "catalogue" | "logger" | "at">,
  snapshot: Manifest | undefined,
): Promise<Omit<Restored, "rows">> {
  const { logger, at: latest } = options;
  let segments = 0;
  let head = from;
  let at = snapshot?.at ?? "";
  let isWhole = !snapshot || isSameLink(from, snapshot.until);
  const broken: DamagedObject[] = [];
  for await (const change of followLog(from, options, (damage) => broken.push(damage))) {
    const written = change.segments.at(-1)?.header.at ?? at;
    if (latest && isWhole && new Date(written) > latest) break;
    await applier.apply(change);
    head = change.link;
    segments += change.segments.length;
    at = written;
    isWhole ||= snapshot !== undefined && isSameLink(head, snapshot.until);
  }
  const [damage] = broken;
  if (!isWhole) throw damage ?? new DamagedObject("log", "segments are missing");
  if (damage) {
    logger.error("the end of the backup is broken and was left out", {
      object: damage.object,
      reason: damage.message,
      restored_until: at,
    });
  }
  return { head, at, segments };
}

/** @throws whatever is no damage */
function asDamage(error: unknown, folder: string): DamagedObject {
  if (error instanceof DamagedObject) return error;
  if (error instanceof PortFailure && error.code === "conflict")
    return new DamagedObject(folder, "its rows do not fit together", error);
  throw error;
}
