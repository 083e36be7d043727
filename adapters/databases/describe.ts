import type { Database } from "../../handlers/ports/database.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import { sql } from "../../handlers/lib/sql.ts";
import { findPending, hasMigrations } from "./pending.ts";

/** `available`: the server has the extension, and a user with the right to may create it in this database. */
export type VectorSupport =
  | { readonly kind: "installed" | "available"; readonly version: string }
  | { readonly kind: "missing" };

const oldestVersion = 15;

/** Whether the extension `vector` is there. @throws PortFailure */
export async function readVectorSupport(database: Database): Promise<VectorSupport> {
  const [row] = await database.query<{ installed: string | null; available: string | null }>(sql`
    select
      (select extversion from pg_extension where extname = 'vector') as installed,
      (select default_version from pg_available_extensions where name = 'vector') as available`);
  if (row?.installed) return { kind: "installed", version: row.installed };
  return row?.available ? { kind: "available", version: row.available } : { kind: "missing" };
}

/** Version, vector support and pending migrations, a few words each, for `docent check --connect`. @throws PortFailure */
export async function describeDatabase(database: Database): Promise<readonly string[]> {
  const version = await readVersion(database);
  const vectors = await readVectorSupport(database);
  const pending = await findPending(database);
  return [
    `PostgreSQL ${version.text}`,
    {
      installed: () => `vector ${"version" in vectors ? vectors.version : ""}`,
      available: () => "vector not created yet",
      missing: () => "no extension vector: answers are found by words alone",
    }[vectors.kind](),
    pending.length === 0 ? "up to date" : `to be migrated: ${pending.join(", ")}`,
  ];
}

/** @throws PortFailure `invalid` when the server is older than Docent's SQL, or the database cannot hold every character */
export async function requireSuitable(database: Database): Promise<void> {
  const { text, major, encoding } = await readVersion(database);
  if (major < oldestVersion)
    throw unsuitable(`PostgreSQL ${oldestVersion} or newer, and the database is ${text}`);
  // One that is a Docent already stays readable, to be copied to another.
  if (encoding !== "UTF8" && !(await hasMigrations(database)))
    throw unsuitable(`a database with the encoding UTF8, and this one has ${encoding}`);
}

function unsuitable(need: string): PortFailure {
  return new PortFailure("invalid", `Docent needs ${need}`, { retryable: false });
}

interface Version {
  readonly text: string;
  readonly major: number;
  readonly encoding: string;
}

async function readVersion(database: Database): Promise<Version> {
  const [row] = await database.query<Version>(sql`
    select split_part(current_setting('server_version'), ' ', 1) as text,
      current_setting('server_version_num')::int / 10000 as major,
      current_setting('server_encoding') as encoding`);
  return row ?? { text: "unknown", major: 0, encoding: "unknown" };
}
