import { join } from "node:path";
import { systemClock, within } from "../../../handlers/lib/time.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import type { SigningSecrets } from "../../../handlers/ports/signing-secrets.ts";
import type { BackupReport } from "../../../handlers/ports/storage.ts";
import type { Settings } from "../../../handlers/settings/index.ts";
import type { Pace } from "../../databases/backup/lease/pace.ts";
import type { BackupStatus } from "../../databases/backup/status.ts";
import type { PgliteDatabase } from "../../databases/pglite/database.ts";
import type { OpenDatabase } from "../../databases/supervise.ts";

/** The backup of the embedded database, as BACKUP_URL has it. Its code is loaded when the database opens. */
export interface Backup {
  /** Undefined: the database is not backed up. */
  report(): BackupReport | undefined;
  /** @throws PortFailure */
  open(
    database: PgliteDatabase,
    how: { readonly url: string | undefined; readonly signal: AbortSignal },
  ): Promise<OpenDatabase>;
  /** The secrets of DATA_DIR, read only after those in the backup were restored. */
  guard(secrets: SigningSecrets): SigningSecrets;
}

/** How long a request waits for the secret while the database starts. */
const patienceMilliseconds = 10_000;

const beforeStart: BackupReport = {
  durableUntil: undefined,
  pendingSeconds: 0,
  isBehind: false,
  lastError: undefined,
  restoring: undefined,
};

/** @param givenPace by default what the store bears */
export function createBackup(
  settings: Settings,
  givenPace: Pace | undefined,
  logger: Logger,
): Backup {
  const { backup, dataDirectory, tokens } = settings;
  const opened = Promise.withResolvers<void>();
  let status: BackupStatus | undefined;
  const isKept = backup.kind !== "none" && backup.kind !== "unusable";
  const isGuarded = isKept && backup.passphrase !== undefined;
  return {
    report: () => (isKept ? (status?.report() ?? beforeStart) : undefined),
    async open(database, { url, signal }) {
      if (!isKept) throw new Error("there is no backup in the settings");
      const [{ openBackedUp }, { createBackupStatus }, { paceOf }, { chooseSnapshotStore }] =
        await Promise.all([
          import("../../databases/backup/open.ts"),
          import("../../databases/backup/status.ts"),
          import("../../databases/backup/lease/pace.ts"),
          import("../../snapshot-stores/choose.ts"),
        ]);
      const store = chooseSnapshotStore(backup);
      const pace = givenPace ?? paceOf(store.paceMilliseconds);
      status ??= createBackupStatus(pace.behind, { clock: systemClock, logger });
      const open = await openBackedUp({
        database,
        directory: dataDirectory,
        url,
        store,
        passphrase: backup.passphrase,
        secretPath: tokens.secret.kind === "generate" ? join(dataDirectory, "secret") : undefined,
        pace,
        status,
        logger,
        clock: systemClock,
        signal,
      });
      opened.resolve();
      return open;
    },
    guard: (secrets) => ({
      async read() {
        if (isGuarded) await within(opened.promise, patienceMilliseconds, notYet);
        return secrets.read();
      },
    }),
  };
}

function notYet(): PortFailure {
  const details = { retryable: true, retryAfter: 2000 };
  return new PortFailure("unavailable", "The signing secret is still being restored", details);
}
