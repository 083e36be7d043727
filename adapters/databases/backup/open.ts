import type { Clock } from "../../../handlers/ports/clock.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import type { PgliteDatabase } from "../pglite/database.ts";
import type { OpenDatabase } from "../supervise.ts";
import { createDataDirectory } from "./directory.ts";
import { createGate } from "./gate.ts";
import { keepDatabase } from "./keep.ts";
import type { Pace } from "./lease/pace.ts";
import { openKey } from "./objects/key.ts";
import { createObjects } from "./objects/objects.ts";
import { createSeal } from "./objects/seal.ts";
import { highest, readCatalogue } from "./restore/catalogue.ts";
import { createSecretCopy } from "./secret.ts";
import type { BackupStatus } from "./status.ts";

export interface BackupOptions {
  /** Not open yet. */
  readonly database: PgliteDatabase;
  /** DATA_DIR. */
  readonly directory: string;
  /** Where this process serves. */
  readonly url: string | undefined;
  readonly store: SnapshotStore;
  readonly passphrase: string | undefined;
  /** The signing secret's file; undefined where the secret is a setting. */
  readonly secretPath: string | undefined;
  readonly pace: Pace;
  readonly status: BackupStatus;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Aborts the opening, which may take minutes. */
  readonly signal: AbortSignal;
}

/**
 * Opens the embedded database and keeps it in a store: restores what is there, takes the lease, and sends changes in
 * the background. Where another process takes over, writes fail with PortFailure `moved` and reads go on.
 *
 * @throws PortFailure
 */
export async function openBackedUp(options: BackupOptions): Promise<OpenDatabase> {
  const { database, store, logger, status, passphrase, url, secretPath } = options;
  try {
    await store.check();
    if (store.durability === "unconfirmed") {
      logger.warn("nothing confirms that the backup in a folder has left this machine", {
        to_do: "where the folder is a mounted bucket, name the bucket itself: BACKUP_URL=s3://…",
      });
    }
    const begin = async () => highest(await readCatalogue(store)).epoch + 1;
    const seal = createSeal(await openKey(store, passphrase, begin));
    if (secretPath !== undefined && !seal.isEncrypted) {
      logger.warn(
        "the signing secret is not backed up: when the disk is lost, everyone has to sign in again",
        { to_do: "set JWT_SECRET or BACKUP_PASSPHRASE" },
      );
    }
    return await keepDatabase({
      ...options,
      directory: createDataDirectory(options.directory, database, { logger, url }),
      objects: createObjects({
        store,
        seal,
        pace: options.pace,
        onOutcome: (failure) => status.noteOutcome(failure),
      }),
      secret: createSecretCopy(secretPath, store, seal),
      gate: createGate(database, () => status.noteUse()),
    });
  } catch (error) {
    if (error instanceof PortFailure) status.noteOutcome(error);
    // Otherwise its lock would refuse the next attempt.
    await database.close();
    throw error;
  }
}
