import { cp, mkdtemp, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { openEngine } from "../../../adapters/databases/pglite/engine.ts";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";

/** What the build prepared: copying it takes a tenth of the time initdb does. */
const prepared = "dist/database";

/** A real PostgreSQL (PGlite), migrated and empty, on this thread; gone when it is closed. */
export async function openTestDatabase(logger: Logger): Promise<OpenDatabase> {
  if (!existsSync(prepared)) {
    const engine = await openEngine();
    await migrate(engine, { logger });
    return engine;
  }
  const parent = await mkdtemp(join(tmpdir(), "docent-"));
  const directory = join(parent, "database");
  await cp(prepared, directory, { recursive: true });
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
