import type { Clock } from "../../handlers/ports/clock.ts";
import type { Database, DatabaseService } from "../../handlers/ports/database.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import type { Logger } from "../../handlers/ports/logger.ts";
import { createMigrationWatch } from "./migration-watch.ts";
import { superviseDatabase, type OpenDatabase } from "./supervise.ts";

export interface DatabaseChoice {
  readonly kind: "embedded" | "neon" | "postgres" | "unusable";
  readonly url?: string;
}

export interface DatabaseCapabilities {
  /** Opens and migrates PostgreSQL embedded in this process, which may take until the signal aborts. */
  readonly openEmbedded: ((signal: AbortSignal) => Promise<OpenDatabase>) | undefined;
  /** Opens any PostgreSQL over TCP. */
  readonly openPostgres?: ((url: string) => Promise<OpenDatabase>) | undefined;
  /**
   * `server`: migrates when it starts, and reconnects to a lost database in the background. `request`:
   * nothing runs between requests, and `docent migrate` applies migrations.
   */
  readonly lifetime: "server" | "request";
  /** Applies the pending migrations. @throws PortFailure */
  readonly bringUpToDate?: ((database: Database, logger: Logger) => Promise<unknown>) | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Neon suspends a database idle for five minutes; probing once an hour at most lets it sleep. */
const neonFreshMilliseconds = 3_600_000;

/** The database in the settings. One that this runtime cannot reach fails with PortFailure `unavailable` when used. */
export function chooseDatabase(
  choice: DatabaseChoice,
  capabilities: DatabaseCapabilities,
): DatabaseService {
  const { lifetime, logger, clock } = capabilities;
  const options = {
    clock,
    ...(choice.kind === "neon" && { freshMilliseconds: neonFreshMilliseconds }),
  };
  if (lifetime === "server")
    return superviseDatabase(
      (signal) => openMigrated(choice, capabilities, signal),
      logger,
      options,
    );
  const watch = createMigrationWatch();
  const service = superviseDatabase(
    async (signal) => watch.over(await openDatabase(choice, capabilities, signal)),
    logger,
    {
      ...options,
      recovery: "on-demand",
      ask: (database) => watch.ask(database),
    },
  );
  return {
    ...service,
    dependency: { ...service.dependency, statusOverride: () => watch.statusOverride() },
  };
}

async function openDatabase(
  choice: DatabaseChoice,
  capabilities: DatabaseCapabilities,
  signal: AbortSignal,
): Promise<OpenDatabase> {
  if (choice.kind === "embedded" && capabilities.openEmbedded)
    return capabilities.openEmbedded(signal);
  return openRemote(choice, capabilities.openPostgres);
}

async function openMigrated(
  choice: DatabaseChoice,
  capabilities: DatabaseCapabilities,
  signal: AbortSignal,
): Promise<OpenDatabase> {
  const database = await openDatabase(choice, capabilities, signal);
  if (choice.kind === "embedded") return database;
  try {
    await capabilities.bringUpToDate?.(database, capabilities.logger);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Opens a remote database without changing anything in it. @throws PortFailure */
export async function openRemote(
  { kind, url }: DatabaseChoice,
  openPostgres: DatabaseCapabilities["openPostgres"],
): Promise<OpenDatabase> {
  if (kind === "embedded")
    throw unusable("DATABASE_URL must be set: there is no database inside this runtime");
  if (url === undefined) throw unusable("DATABASE_URL cannot be read: correct it");
  if (kind === "neon") return (await import("./neon/database.ts")).createNeonDatabase({ url });
  if (openPostgres) return openPostgres(url);
  throw unusable(
    "This runtime reaches Neon's databases (*.neon.tech) alone: set such a DATABASE_URL",
  );
}

function unusable(message: string): PortFailure {
  return new PortFailure("unavailable", message, { retryable: false });
}
