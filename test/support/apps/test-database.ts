import { existsSync } from "node:fs";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { openEngine } from "../../../adapters/databases/pglite/engine.ts";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import { built } from "../servers/built.ts";

/** A real PostgreSQL (PGlite), migrated and empty, on this thread; deleted when it is closed. */
export async function openTestDatabase(logger: Logger): Promise<OpenDatabase> {
  const parent = await mkdtemp(join(tmpdir(), "docent-"));
  const directory = join(parent, "database");
  await cp(await migratedDirectory(logger), directory, { recursive: true });
  const engine = await openEngine({ directory });
  return {
    ...engine,
    async close() {
      await engine.close();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

/** The template of all test databases, beside the build, made by the first test that needs it. */
async function migratedDirectory(logger: Logger): Promise<string> {
  const path = built("migrated");
  if (existsSync(path)) return path;
  const own = await mkdtemp(`${path}-`);
  await cp(built("database"), own, { recursive: true });
  const engine = await openEngine({ directory: own });
  await migrate(engine, { logger });
  await engine.close();
  // Another test file may have been faster.
  await rename(own, path).catch(() => rm(own, { recursive: true, force: true }));
  return path;
}
