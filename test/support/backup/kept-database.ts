import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { openBackedUp } from "../../../adapters/databases/backup/open.ts";
import { createBackupStatus } from "../../../adapters/databases/backup/status.ts";
import { paceOf, type Pace } from "../../../adapters/databases/backup/lease/pace.ts";
import { createPgliteDatabase } from "../../../adapters/databases/pglite/database.ts";
import { ensureDirectory } from "../../../adapters/databases/pglite/prepare.ts";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { systemClock } from "../../../handlers/lib/time.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import type { Clock } from "../../../handlers/ports/clock.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import type { BackupReport } from "../../../handlers/ports/storage.ts";
import { createMemoryLogger } from "../apps/logger.ts";
import { migratedDirectory } from "../apps/test-database.ts";
import { built, builtThread } from "../servers/built.ts";
import { temporaryDirectory } from "../servers/temporary-directory.ts";
import { hasten } from "./haste.ts";
import { createThreadlessDatabase } from "./threadless-database.ts";

export interface KeptOptions {
  readonly store: SnapshotStore;
  /** DATA_DIR; a new one unless given. */
  readonly directory?: string;
  readonly passphrase?: string;
  readonly secretPath?: string;
  readonly clock?: Clock;
  readonly pace?: Partial<Pace>;
  /** Where the database works; `its-own-thread` as in production. */
  readonly on?: "this-thread" | "its-own-thread";
}

export interface KeptDatabase extends OpenDatabase {
  readonly directory: string;
  readonly pace: Pace;
  report(): BackupReport;
  /** Messages of the log, with the names of damaged objects. */
  logged(): string[];
  /** Waits until everything written before is in the store. */
  kept(): Promise<void>;
  /** The names of all users, in order. */
  names(): Promise<string[]>;
  add(name: string): Promise<void>;
}

/**
 * Opens the embedded database with its backup, whose intervals are a fiftieth of the usual. Where nothing is backed up
 * yet, a new directory has its tables already: making them takes 0.3 s of a core.
 */
export async function openKept(options: KeptOptions): Promise<KeptDatabase> {
  const { store, passphrase, secretPath, clock = systemClock } = options;
  const directory = options.directory ?? (await temporaryDirectory());
  const logger = createMemoryLogger();
  const pace = { ...hasten(paceOf(0), 50), ...options.pace };
  const status = createBackupStatus(pace.behind, { clock, logger });
  const preparedDirectory = built("database");
  await store.check();
  if (options.directory === undefined && (await store.list("")).length === 0)
    await ensureDirectory(join(directory, "database"), await migratedDirectory(logger));
  const stopping = new AbortController();
  const database = await openBackedUp({
    database:
      options.on === "its-own-thread"
        ? createPgliteDatabase({
            directory,
            logger,
            preparedDirectory,
            threadModule: builtThread(),
          })
        : createThreadlessDatabase(directory, preparedDirectory),
    directory,
    url: undefined,
    store,
    passphrase,
    secretPath,
    pace,
    status,
    logger,
    clock,
    signal: stopping.signal,
  });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await database.close();
    isOpen = false;
  };
  onTestFinished(close);
  return {
    query: (statement) => database.query(statement),
    batch: (statements) => database.batch(statements),
    close,
    directory,
    pace,
    report: () => status.report(),
    logged: () =>
      logger.lines.map(({ message, fields }) => `${message} ${JSON.stringify(fields ?? {})}`),
    async kept() {
      const since = clock.now();
      while ((status.report().durableUntil?.getTime() ?? 0) <= since) await sleep(5);
    },
    async names() {
      const rows = await database.query<{ name: string }>(
        sql`select name from users order by name`,
      );
      return rows.map(({ name }) => name);
    },
    async add(name) {
      await database.query(
        sql`insert into users (id, kind, name) values (gen_random_uuid(), 'user', ${name})`,
      );
    },
  };
}
