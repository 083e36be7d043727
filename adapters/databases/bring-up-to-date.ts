import type { Database } from "../../handlers/ports/database.ts";
import type { Logger } from "../../handlers/ports/logger.ts";
import { requireVersion } from "./describe.ts";
import { migrate } from "./migrate.ts";

/** Applies what is missing; the names of what was. @throws PortFailure */
export async function bringUpToDate(database: Database, logger: Logger): Promise<string[]> {
  await requireVersion(database);
  return (await migrate(database, { logger })).applied;
}
