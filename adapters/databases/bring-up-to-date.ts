import type { Database } from "../../handlers/ports/database.ts";
import type { Logger } from "../../handlers/ports/logger.ts";
import { requireSuitable } from "./describe.ts";
import { migrate } from "./migrate.ts";

/** Applies the pending migrations and returns their names. @throws PortFailure, `invalid` where the database does not suit */
export async function bringUpToDate(database: Database, logger: Logger): Promise<string[]> {
  await requireSuitable(database);
  return (await migrate(database, { logger })).applied;
}
