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
  /** Opens and migrates PostgreSQL embedded in this process. */
  readonly openEmbedded: (() => Promise<OpenDatabase>) | undefined;
  /** Any PostgreSQL, over TCP. */
  readonly openPostgres: ((url: string) => Promise<OpenDatabase>) | undefined;
  /**
   * `server`: lives on, migrates as it starts, and looks for a lost database by itself. `request`:
   * nothing runs between requests, and `docent migrate` brings the schema up to date.
   */
  readonly lifetime: "server" | "request";
  /** Applies the migrations a database lacks. */
  readonly bringUpToDate: ((database: Database, logger: Logger) => Promise<unknown>) | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Neon suspends what is idle for five minutes; asking it only once an hour lets it sleep. */
const neonFreshMilliseconds = 3_600_000;

/** The database that the settings name, as far as this runtime can reach it. */
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
    return superviseDatabase(() => openMigrated(choice, capabilities), logger, options);
  const watch = createMigrationWatch();
  const service = superviseDatabase(
    async () => watch.over(await open(choice, capabilities)),
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

async function open(
  choice: DatabaseChoice,
  capabilities: DatabaseCapabilities,
): Promise<OpenDatabase> {
  if (choice.kind === "embedded" && capabilities.openEmbedded) return capabilities.openEmbedded();
  return openRemote(choice, capabilities.openPostgres);
}

async function openMigrated(
  choice: DatabaseChoice,
  capabilities: DatabaseCapabilities,
): Promise<OpenDatabase> {
  const database = await open(choice, capabilities);
  if (choice.kind === "embedded") return database;
  try {
    await capabilities.bringUpToDate?.(database, capabilities.logger);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Opens a database that is somewhere else, and changes nothing in it. Throws PortFailure. */
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
