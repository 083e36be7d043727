import type { Database } from "../../handlers/ports/database.ts";
import { sql } from "../../handlers/lib/sql.ts";
import { migrations } from "./migrations/index.ts";

/** The names of the pending migrations; changes nothing. @throws PortFailure, the database's own */
export async function findPending(database: Database): Promise<string[]> {
  const known = (await hasMigrations(database)) ? await readApplied(database) : new Map();
  return migrations.map(({ name }) => name).filter((name) => !known.has(name));
}

/** Whether the table of applied migrations is there. @throws PortFailure, the database's own */
export async function hasMigrations(database: Database): Promise<boolean> {
  const [row] = await database.query<{ exists: boolean }>(
    sql`select to_regclass('schema_migrations') is not null as exists`,
  );
  return row?.exists === true;
}

/** The checksums of the applied migrations, by name. @throws PortFailure, the database's own */
export async function readApplied(database: Database): Promise<Map<string, string>> {
  const rows = await database.query<{ name: string; checksum: string }>(
    sql`select name, checksum from schema_migrations`,
  );
  return new Map(rows.map((row) => [row.name, row.checksum]));
}
