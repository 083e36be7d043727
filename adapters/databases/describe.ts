import type { Database } from "../../handlers/ports/database.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import { sql } from "../../handlers/lib/sql.ts";
import { findPending } from "./pending.ts";

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

/** @throws PortFailure `invalid` when the server is older than Docent's SQL */
export async function requireVersion(database: Database): Promise<void> {
  const { text, major } = await readVersion(database);
  if (major >= oldestVersion) return;
  const message = `Docent needs PostgreSQL ${oldestVersion} or newer, and the database is ${text}`;
  throw new PortFailure("invalid", message, { retryable: false });
}

async function readVersion(database: Database): Promise<{ text: string; major: number }> {
  const [row] = await database.query<{ text: string; number: number }>(sql`
    select split_part(current_setting('server_version'), ' ', 1) as text,
      current_setting('server_version_num')::int as number`);
  return { text: row?.text ?? "unknown", major: Math.floor((row?.number ?? 0) / 10_000) };
}
