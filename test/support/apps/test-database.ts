import { cpSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../../adapters/databases/migrate.ts";
import { openEngine, type Engine } from "../../../adapters/databases/pglite/engine.ts";
import { ensureDirectory } from "../../../adapters/databases/pglite/prepare.ts";
import type { OpenDatabase } from "../../../adapters/databases/supervise.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import { built } from "../servers/built.ts";
import { makeOnce } from "../servers/templates.ts";

interface UsedEngine {
  readonly engine: Engine;
  /** What `shapeOf` found when it was new. */
  readonly shape: string;
}

/** The engines of this process that no test has open. Opening one takes 0.4 s of a core, emptying it 0.02 s. */
const idle: UsedEngine[] = [];

/**
 * A real PostgreSQL (PGlite), migrated and empty, on this thread. When it is closed, it is emptied for the next
 * test, unless the test changed its tables.
 */
export async function openTestDatabase(logger: Logger): Promise<OpenDatabase> {
  const used = idle.pop() ?? (await openEngineOfTemplate(logger));
  const { engine } = used;
  let isOpen = true;
  const whileOpen = <Result>(ask: () => Promise<Result>): Promise<Result> =>
    isOpen ? ask() : Promise.reject(closed());
  return {
    query: (statement) => whileOpen(() => engine.query(statement)),
    batch: (statements) => whileOpen(() => engine.batch(statements)),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      if (await isEmptied(used)) idle.push(used);
      else await engine.close();
    },
  };
}

async function openEngineOfTemplate(logger: Logger): Promise<UsedEngine> {
  const parent = await mkdtemp(join(tmpdir(), "docent-"));
  process.once("exit", () => rmSync(parent, { recursive: true, force: true }));
  const directory = join(parent, "database");
  await ensureDirectory(directory, await migratedDirectory(logger));
  const engine = await openEngine({ directory });
  return { engine, shape: await shapeOf(engine) };
}

async function isEmptied({ engine, shape }: UsedEngine): Promise<boolean> {
  try {
    if ((await shapeOf(engine)) !== shape) return false;
    await engine.query(emptyAll);
    return true;
  } catch {
    return false;
  }
}

/** Changes with every table, column, index, trigger and migration that comes or goes. */
async function shapeOf(database: Database): Promise<string> {
  const [shape] = await database.query(sql`
    select count(*), max(oid), (select count(*) from pg_attribute) as columns,
      (select count(*) from pg_trigger) as triggers, (select count(*) from schema_migrations) as migrations
    from pg_class`);
  return JSON.stringify(shape);
}

// Rows are deleted because `truncate` makes a new file of every table and index. Without triggers, their order is free.
const emptyAll = sql`do $$
  declare
    relation record;
  begin
    perform set_config('session_replication_role', 'replica', true);
    for relation in select relname, relkind from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'S') and relname <> 'schema_migrations'
    loop
      if relation.relkind = 'S' then perform setval(relation.relname::regclass, 1, false);
      else execute format('delete from %I', relation.relname);
      end if;
    end loop;
  end $$`;

function closed(): PortFailure {
  return new PortFailure("unavailable", "the test has closed its database", { retryable: true });
}

/** The template of all test databases. */
export function migratedDirectory(logger: Logger): Promise<string> {
  return makeOnce("migrated", async (folder) => {
    cpSync(built("database"), folder, { recursive: true });
    const engine = await openEngine({ directory: folder });
    await migrate(engine, { logger });
    await engine.close();
  });
}
