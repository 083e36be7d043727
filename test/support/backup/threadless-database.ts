import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { PgliteDatabase } from "../../../adapters/databases/pglite/database.ts";
import { openEngine, type Engine } from "../../../adapters/databases/pglite/engine.ts";
import { lockDirectory, type DirectoryLock } from "../../../adapters/databases/pglite/lock.ts";
import { ensureDirectory } from "../../../adapters/databases/pglite/prepare.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";

/** The embedded database on the caller's thread: one of its own takes 0.3 s of a core to start. */
export function createThreadlessDatabase(
  directory: string,
  preparedDirectory: string,
): PgliteDatabase {
  let lock: DirectoryLock | undefined;
  let engine: Engine | undefined;
  const opened = async (): Promise<Engine> => {
    // As with a thread, other work of this process goes on between two calls.
    await turn();
    if (engine) return engine;
    throw new PortFailure("unavailable", "the database is not open", { retryable: true });
  };
  return {
    query: async (statement) => (await opened()).query(statement),
    batch: async (statements) => (await opened()).batch(statements),
    async open(holder) {
      if (engine) return;
      lock ??= await lockDirectory(directory, holder?.url);
      const path = join(directory, "database");
      await ensureDirectory(path, preparedDirectory);
      engine = await openEngine({ directory: path });
    },
    async close() {
      const last = engine;
      engine = undefined;
      await last?.close();
      await lock?.release();
      lock = undefined;
    },
  };
}
