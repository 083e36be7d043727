import type { Database } from "../../handlers/ports/database.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import type { OpenDatabase } from "./supervise.ts";

/** For runtimes that never migrate: finds out whether somebody has to, and says so. */
export function createMigrationWatch() {
  let isDue = false;
  const due = (cause?: unknown): PortFailure => {
    isDue = true;
    const message = "The database lacks tables of this version: run `docent migrate` on it once";
    return new PortFailure("unavailable", message, { retryable: true, cause });
  };
  /** A table or a column that is not there yet is no mistake of ours. */
  const explain = (error: unknown): never => {
    const cause = error instanceof PortFailure ? error.cause : undefined;
    const code = typeof cause === "object" && cause && "code" in cause ? cause.code : undefined;
    throw code === "42P01" || code === "42703" ? due(error) : error;
  };

  const settle = <Result>(work: Promise<Result>): Promise<Result> =>
    work.then((result) => {
      isDue = false;
      return result;
    }, explain);

  return {
    over: (database: OpenDatabase): OpenDatabase => ({
      query: <Row extends object>(statement: Parameters<Database["query"]>[0]) =>
        settle(database.query<Row>(statement)),
      batch: <Results extends readonly object[][]>(statements: Parameters<Database["batch"]>[0]) =>
        settle(database.batch<Results>(statements)),
      close: () => database.close(),
    }),
    /** What health asks a silent database. @throws PortFailure `unavailable` when a migration is due */
    async ask(database: Database): Promise<void> {
      const { findPending } = await import("./pending.ts");
      const pending = await findPending(database);
      if (pending.length > 0) throw due();
    },
    /** For /api/health. */
    statusOverride: () => (isDue ? "migration_due" : undefined),
  };
}
