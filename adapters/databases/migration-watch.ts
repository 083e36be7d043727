import type { Database } from "../../handlers/ports/database.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import type { OpenDatabase } from "./supervise.ts";

/** For runtimes that never migrate: notices that a migration is pending and reports it to health and in failures. */
export function createMigrationWatch() {
  let isDue = false;
  const due = (cause?: unknown): PortFailure => {
    isDue = true;
    const message = "The database lacks tables of this version: run `docent migrate` on it once";
    return new PortFailure("unavailable", message, { retryable: true, cause });
  };
  /** An unknown table (42P01) or column (42703) means that a migration is pending. */
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
    /** The same database, its failures explained. */
    over: (database: OpenDatabase): OpenDatabase => ({
      query: <Row extends object>(statement: Parameters<Database["query"]>[0]) =>
        settle(database.query<Row>(statement)),
      batch: <Results extends readonly object[][]>(statements: Parameters<Database["batch"]>[0]) =>
        settle(database.batch<Results>(statements)),
      close: () => database.close(),
    }),
    /** Health's probe. @throws PortFailure `unavailable` when a migration is pending */
    async ask(database: Database): Promise<void> {
      const { findPending } = await import("./pending.ts");
      const pending = await findPending(database);
      if (pending.length > 0) throw due();
    },
    /** For /api/health. */
    statusOverride: () => (isDue ? "migration_due" : undefined),
  };
}
