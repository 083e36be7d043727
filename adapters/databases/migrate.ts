import { PortFailure } from "../../handlers/ports/failure.ts";
import type { Database } from "../../handlers/ports/database.ts";
import type { Logger } from "../../handlers/ports/logger.ts";
import { sha256, toHex } from "../../handlers/lib/bytes.ts";
import { sql } from "../../handlers/lib/sql.ts";
import { migrations as ours } from "./migrations/index.ts";
import { hasMigrations, readApplied } from "./pending.ts";

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** An arbitrary number, the same in every Docent. */
const lock = sql`select pg_advisory_xact_lock(736421957)`;

const createTable = sql`create table if not exists schema_migrations (
  name text primary key,
  checksum text not null,
  applied_at timestamptz not null default now()
)`;

/**
 * Applies the pending migrations in order, each in one batch; several processes may do so at once.
 * Applied migrations that this version does not know are logged and left alone.
 *
 * @throws PortFailure `invalid` when an applied migration's text has changed; the database's own failures.
 */
export async function migrate(
  database: Database,
  { logger, migrations = ours }: { logger: Logger; migrations?: readonly Migration[] },
): Promise<{ applied: string[] }> {
  if (!(await hasMigrations(database))) await database.batch([lock, createTable]);
  const known = await readApplied(database);
  const applied: string[] = [];
  for (const migration of migrations) {
    const checksum = await checksumOf(migration.sql);
    const before = known.get(migration.name);
    if (before === undefined) {
      if (await apply(database, migration, checksum)) applied.push(migration.name);
    } else {
      check(migration.name, before, checksum);
    }
  }
  const names = new Set(migrations.map((migration) => migration.name));
  const newer = [...known.keys()].filter((name) => !names.has(name));
  if (newer.length > 0)
    logger.info("the database is newer than this version", { unknown: newer.join(" ") });
  return { applied };
}

/** The statements of a migration file: each ends with `;` at the end of a line; `$$` bodies stay whole. */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let current: string[] = [];
  let inBody = false;
  for (const line of text.replaceAll("\r\n", "\n").split("\n")) {
    if (!inBody && /^\s*(--.*)?$/.test(line)) continue;
    if (line.split("$$").length % 2 === 0) inBody = !inBody;
    const end = inBody ? null : /^((?:(?!--).)*);\s*(--.*)?$/.exec(line);
    current.push(end?.[1] ?? line);
    if (end) {
      statements.push(current.join("\n").trim());
      current = [];
    }
  }
  if (current.length > 0) statements.push(current.join("\n").trim());
  return statements.filter((statement) => statement !== "");
}

/** False when another process was first: its row in schema_migrations makes this batch fail before it changes anything. */
async function apply(database: Database, migration: Migration, checksum: string): Promise<boolean> {
  try {
    await database.batch([
      lock,
      sql`insert into schema_migrations (name, checksum) values (${migration.name}, ${checksum})`,
      ...splitStatements(migration.sql).map((text) => ({ text, values: [] })),
    ]);
    return true;
  } catch (error) {
    if (!(error instanceof PortFailure) || error.code !== "conflict") throw error;
    const theirs = (await readApplied(database)).get(migration.name);
    if (theirs === undefined) throw error;
    check(migration.name, theirs, checksum);
    return false;
  }
}

function check(name: string, before: string, now: string): void {
  if (before === now) return;
  throw new PortFailure(
    "invalid",
    `migration ${name} was changed after it had been applied; restore its text and put the change into a new migration`,
    { retryable: false },
  );
}

async function checksumOf(text: string): Promise<string> {
  return toHex(await sha256(text.replaceAll("\r\n", "\n")));
}
