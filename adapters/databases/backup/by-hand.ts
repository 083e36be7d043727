import { randomUUID } from "node:crypto";
import type { Clock } from "../../../handlers/ports/clock.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import { migrate } from "../migrate.ts";
import { readApplied } from "../pending.ts";
import type { PgliteDatabase } from "../pglite/database.ts";
import { createDataDirectory } from "./directory.ts";
import { replaceLease } from "./lease/lease.ts";
import { paceOf } from "./lease/pace.ts";
import { openKey } from "./objects/key.ts";
import { createObjects } from "./objects/objects.ts";
import { createSeal } from "./objects/seal.ts";
import { highest, readCatalogue } from "./restore/catalogue.ts";
import { restoreNewest, type Restored } from "./restore/restore.ts";
import { deleteOld } from "./retention.ts";
import { createSecretCopy } from "./secret.ts";
import { writeSnapshot } from "./snapshot.ts";
import { createSchema, forgetBackup, writeState } from "./state.ts";

/**
 * Begins the holder's id in a lease that is taken for one snapshot. It is never renewed, so one that is left, because the
 * process was killed or the store was down, holds up nobody: a later epoch's names are other ones.
 */
const byHand = "by-hand-";

interface ByHand {
  readonly store: SnapshotStore;
  readonly passphrase: string | undefined;
  /** DATA_DIR/secret. */
  readonly secretPath: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Writes one snapshot of a database, which must not be written to meanwhile. Resolves to its size in bytes.
 *
 * @throws PortFailure `conflict` where a running Docent has the place
 */
export async function backUpNow(
  database: Database,
  { store, passphrase, secretPath, clock, signal }: ByHand,
): Promise<{ readonly bytes: number }> {
  await store.check();
  const catalogue = await readCatalogue(store);
  const found = catalogue.lease;
  const isFree = found?.lease?.released === true || found?.lease?.holder.startsWith(byHand);
  if (found && isFree !== true) throw inUse();
  const { epoch: last, sequence } = highest(catalogue);
  const epoch = last + 1;
  const seal = createSeal(await openKey(store, passphrase, () => Promise.resolve(epoch)));
  const objects = createObjects({ store, seal, pace: paceOf(0) });
  const head = { epoch, sequence, sha256: "" };
  const lease = { epoch, holder: byHand + randomUUID(), renewals: 0, head, base: head };
  const taken = await replaceLease(store, found, lease);
  if (!taken) throw inUse();
  await createSecretCopy(secretPath, store, seal).send();
  const migrations = [...(await readApplied(database)).keys()];
  const flush = () => Promise.resolve(head);
  const options = { database, store, objects, epoch, migrations, clock, from: head, flush, signal };
  const { bytes } = await writeSnapshot(options);
  await replaceLease(store, taken, { ...lease, released: true });
  await deleteOld(options);
  return { bytes };
}

/**
 * Restores the newest state, or the last one before a time, into an empty embedded database, up to date afterwards.
 * Where that fails, the database is deleted.
 *
 * @throws PortFailure
 */
export async function restoreByHand(
  target: {
    /** DATA_DIR. */
    readonly directory: string;
    readonly database: PgliteDatabase;
    /** Whether the signing secret comes along. */
    readonly secret: "restored" | "left";
    readonly at: Date | undefined;
    readonly onProgress: (done: number, total: number) => void;
  },
  {
    store,
    passphrase,
    secretPath,
    logger,
  }: Omit<ByHand, "clock" | "signal"> & { readonly logger: Logger },
): Promise<Restored> {
  const { database, at, onProgress } = target;
  const directory = createDataDirectory(target.directory, database, { logger, url: undefined });
  const seal = createSeal(await openKey(store, passphrase, undefined));
  const objects = createObjects({ store, seal, pace: paceOf(0) });
  const catalogue = await readCatalogue(store);
  if (catalogue.snapshots.length === 0) throw empty();
  await directory.open();
  try {
    const restored = await restoreNewest({
      database,
      objects,
      catalogue,
      logger,
      at,
      onProgress,
      async empty() {
        await directory.empty("delete");
        const head = { epoch: 0, sequence: 0, sha256: "" };
        const state = { status: "restoring", holder: "", head } as const;
        await database.batch([...createSchema, writeState(state)]);
      },
    });
    await migrate(database, { logger });
    if (target.secret === "restored") await createSecretCopy(secretPath, store, seal).restore();
    await forgetBackup(database);
    return restored;
  } catch (error) {
    await directory.remove();
    throw error;
  }
}

function inUse(): PortFailure {
  const message =
    "A Docent keeps its database in that place: stop it, or name a place of its own for this backup";
  return new PortFailure("conflict", message, { retryable: false });
}

function empty(): PortFailure {
  return new PortFailure("not_found", "There is no backup in that place", { retryable: false });
}
