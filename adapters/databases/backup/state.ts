import { sql } from "../../../handlers/lib/sql.ts";
import type { Database, Statement } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Link } from "./objects/names.ts";

/** What a directory knows of its backup. */
export interface BackupState {
  /** `restoring`: the directory is half filled and worth nothing. */
  readonly status: "restoring" | "kept";
  /** The process that last wrote for this directory. */
  readonly holder: string;
  /** The last segment that was stored. */
  readonly head: Link;
}

/** The schema of the backup's own tables, apart from those that are backed up. */
export const createSchema: readonly Statement[] = [
  sql`create schema if not exists backup`,
  sql`create table if not exists backup.state (
    one boolean primary key default true check (one),
    content jsonb not null
  )`,
  sql`create table if not exists backup.changes (
    id bigint generated always as identity primary key,
    relation text not null,
    key jsonb not null
  )`,
];

/** Undefined for a database that was never backed up. @throws PortFailure */
export async function readState(database: Database): Promise<BackupState | undefined> {
  const [there] = await database.query<{ found: boolean }>(
    sql`select to_regclass('backup.state') is not null as found`,
  );
  if (there?.found !== true) return undefined;
  const [row] = await database.query<{ content: BackupState }>(
    sql`select content from backup.state`,
  );
  return row?.content;
}

/**
 * A restore that was broken off leaves rows that do not fit together, without the indexes that keep them unique.
 *
 * @throws PortFailure `unavailable` where this is what is left of one
 */
export async function requireWhole(database: Database): Promise<void> {
  if ((await readState(database))?.status !== "restoring") return;
  const message =
    "The database in DATA_DIR is half restored: move its folder `database` away, and restore the backup again";
  throw new PortFailure("unavailable", message, { retryable: false });
}

export function writeState(state: BackupState): Statement {
  return sql`insert into backup.state (content) values (${JSON.stringify(state)}::text::jsonb)
    on conflict (one) do update set content = excluded.content`;
}

/** Removes triggers, state and pending changes, where the database is backed up no more. @throws PortFailure */
export async function forgetBackup(database: Database): Promise<boolean> {
  const [there] = await database.query<{ found: boolean }>(
    sql`select to_regnamespace('backup') is not null as found`,
  );
  if (there?.found !== true) return false;
  await database.query(sql`drop schema backup cascade`);
  return true;
}
