import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../../../handlers/ports/database.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import type { Settings } from "../../../handlers/settings/index.ts";
import { requireWhole } from "../../databases/backup/state.ts";
import { bringUpToDate } from "../../databases/bring-up-to-date.ts";
import { openRemote } from "../../databases/choose.ts";
import { hasMigrations } from "../../databases/pending.ts";
import { createPgliteDatabase } from "../../databases/pglite/database.ts";
import { readHolder } from "../../databases/pglite/lock.ts";
import type { OpenDatabase } from "../../databases/supervise.ts";
import { createLogger } from "../../loggers/lines.ts";
import { nodeCapabilities, preparedDirectory } from "../node/capabilities.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Opens the database in the settings without changing anything in it.
 *
 * @param missing what to do where there is no embedded database yet
 * @throws PortFailure; Error where it is in use or missing
 */
export async function openDatabase(
  { database, dataDirectory }: Settings,
  terminal: Terminal,
  missing: "refuse" | "create" = "refuse",
): Promise<OpenDatabase> {
  const logger = quietLogger(terminal);
  if (database.kind !== "embedded")
    return openRemote(database, nodeCapabilities(logger).openPostgres);
  await requireUnused(dataDirectory);
  if (missing === "refuse" && !existsSync(join(dataDirectory, "database")))
    throw new Error("It is not there yet: the first start makes it");
  const embedded = createPgliteDatabase({ directory: dataDirectory, preparedDirectory, logger });
  await embedded.open();
  try {
    await requireWhole(embedded);
    return embedded;
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

/** For a database that is read: bringing another one up to date would make an empty Docent of it. @throws Error; PortFailure */
export async function requireTables(database: Database): Promise<void> {
  if (await hasMigrations(database)) return;
  throw new Error("Docent has no tables in the database that is to be read: correct its URL");
}

/** @throws Error where another process uses the data directory */
export async function requireUnused(dataDirectory: string): Promise<void> {
  const holder = await readHolder(dataDirectory);
  if (!holder) return;
  const who = holder.url === undefined ? `process ${holder.pid}` : `the server at ${holder.url}`;
  throw new Error(`DATA_DIR is in use by ${who}`);
}

/** Applies the pending migrations and returns their names. @throws PortFailure */
export function applyPending(database: Database, terminal: Terminal): Promise<string[]> {
  return bringUpToDate(database, quietLogger(terminal));
}

export function quietLogger(terminal: Terminal): Logger {
  return createLogger({ level: "error", format: "text", write: (lines) => terminal.note(lines) });
}
