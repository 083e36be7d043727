import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { openEngine } from "../../../adapters/databases/pglite/engine.ts";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import { built } from "../servers/built.ts";

/** A real PostgreSQL (PGlite), migrated and empty, on this thread; gone when it is closed. */
export async function openTestDatabase(logger: Logger): Promise<OpenDatabase> {
  const parent = await mkdtemp(join(tmpdir(), "docent-"));
  const directory = join(parent, "database");
  // What the build prepared: copying it takes a tenth of the time initdb does.
  await cp(built("database"), directory, { recursive: true });
  const engine = await openEngine({ directory });
  await migrate(engine, { logger });
  return {
    ...engine,
    async close() {
      await engine.close();
      await rm(parent, { recursive: true, force: true });
    },
  };
}
