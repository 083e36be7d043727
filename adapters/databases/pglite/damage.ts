import { closeSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { PortFailure } from "../../../handlers/ports/failure.ts";

/** The size of PostgreSQL's `pg_control`, in every version. */
const controlBytes = 8192;
const advice = "restore DATA_DIR from a backup, or move it away to begin with an empty database";

/**
 * Checks that a PostgreSQL data directory is whole, as far as can be seen without opening it. Changes nothing.
 *
 * @param prepared a data directory of the version that this Docent brings along
 * @throws PortFailure `unavailable`, not retryable, which names the damage and what to do
 */
export function inspectDirectory(directory: string, prepared: string | undefined): void {
  requireAccess(directory);
  const version = readVersion(directory);
  if (version === undefined) throw damaged("PG_VERSION is missing");
  const own = prepared === undefined ? undefined : readVersion(prepared);
  if (own !== undefined && version !== own) {
    throw cannotOpen(
      `is of PostgreSQL ${version}, and this Docent brings PostgreSQL ${own}: start the Docent that made it, and take the data along with \`docent copy\``,
    );
  }
  const control = statSync(join(directory, "global/pg_control"), { throwIfNoEntry: false });
  if (control?.size !== controlBytes) throw damaged("global/pg_control is missing or cut off");
  const log = list(join(directory, "pg_wal"));
  if (!log.some((name) => /^[0-9A-F]{24}$/.test(name)))
    throw damaged("its write-ahead log (pg_wal) is missing");
}

/** The failure of a directory that looks whole, and that PostgreSQL does not open. */
export function unopened(cause: unknown): PortFailure {
  return damaged("PostgreSQL cannot recover from its write-ahead log", cause);
}

/** What to do about a page that PostgreSQL finds damaged (SQLSTATE XX001, XX002). */
export const pageAdvice = `stop the server, keep a copy of DATA_DIR, and ${advice}`;

function requireAccess(directory: string): void {
  for (const name of ["PG_VERSION", "global/pg_control"]) {
    try {
      closeSync(openSync(join(directory, name), "r+"));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (!["EACCES", "EPERM", "EROFS"].includes(code)) continue;
      const user = `uid ${process.geteuid?.() ?? "unknown"}`;
      throw cannotOpen(
        `is not this user's to read and write (${name}, ${code}): give its files to the user that runs Docent, ${user}`,
        error,
      );
    }
  }
}

function damaged(what: string, cause?: unknown): PortFailure {
  return cannotOpen(`is damaged: ${what}. Nothing was changed: ${advice}`, cause);
}

function cannotOpen(what: string, cause?: unknown): PortFailure {
  const message = `The database in DATA_DIR ${what}`;
  return new PortFailure("unavailable", message, { retryable: false, cause });
}

function readVersion(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, "PG_VERSION"), "utf8").trim();
  } catch {
    return undefined;
  }
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
