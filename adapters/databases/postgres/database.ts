import type postgres from "postgres";
import { within } from "../../../handlers/lib/time.ts";
import type { Database, Statement } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { databaseFailure, silentDatabase } from "../failures.ts";
import { encodeValue } from "../values.ts";
import { readConnectionString } from "./connection-string.ts";
import { openPool, type Pool } from "./pool.ts";

export interface PostgresOptions {
  readonly url: string;
  /** The server cancels a statement that takes longer. */
  readonly statementMilliseconds?: number;
  /** Longest wait for a connection or an answer; then all connections are closed as dead. */
  readonly deadlineMilliseconds?: number;
}

/** Milliseconds, so that a server that goes on refusing writes is not asked for connections all the time. */
const renewedAfter = 1000;

/**
 * Any PostgreSQL by its URL: at most four connections, opened when needed. Its methods throw PortFailure.
 *
 * @throws TypeError where `url` is not a URL
 */
export function createPostgresDatabase({
  url,
  statementMilliseconds = 10_000,
  deadlineMilliseconds = 15_000,
}: PostgresOptions): Database & { reset(): Promise<void>; close(): Promise<void> } {
  const at = readConnectionString(url);
  let pool: Pool | undefined;
  let openedAt = -Infinity;
  let isClosed = false;
  const running = new Set<Promise<unknown>>();

  async function use<Result>(work: (client: postgres.Sql) => Promise<Result>): Promise<Result> {
    if (isClosed)
      throw new PortFailure("unavailable", "The database is closed", { retryable: true });
    if (!pool?.isUsable()) {
      pool = openPool(at, { statementMilliseconds, deadlineMilliseconds });
      openedAt = performance.now();
    }
    const used = pool;
    const result = within(work(used.client), deadlineMilliseconds, () => {
      // The server would have ended a long statement itself: the connections must be dead.
      void used.destroy();
      return silentDatabase(deadlineMilliseconds);
    });
    running.add(result);
    try {
      return await result;
    } catch (error) {
      const failure = databaseFailure(error);
      if (failure.code === "moved") renew(used);
      throw failure;
    } finally {
      running.delete(result);
    }
  }

  /**
   * Connects anew after a write was refused (25006): a session that began while the server only took reads keeps to
   * that, and one with a server that has become the standby never finds the primary.
   */
  function renew(old: Pool): void {
    if (pool !== old || performance.now() - openedAt < renewedAfter) return;
    pool = undefined;
    void Promise.allSettled(running).then(() => old.destroy());
  }

  return {
    query: <Row extends object>(statement: Statement) =>
      use((client) => run(client, statement) as Promise<Row[]>),
    async batch(statements) {
      if (statements.length === 0) return [] as never;
      const results = await use((client) =>
        client.begin((transaction) => statements.map((statement) => run(transaction, statement))),
      );
      return results as never;
    },
    async reset() {
      await pool?.destroy();
    },
    async close() {
      isClosed = true;
      // The driver's own `end` never settles after a connection broke during a query.
      await Promise.allSettled(running);
      await pool?.destroy();
    },
  };
}

async function run(
  client: Pick<postgres.Sql, "unsafe">,
  { text, values }: Statement,
): Promise<object[]> {
  const rows = await client.unsafe(text, values.map(encodeValue), { prepare: true });
  // After an answer that broke off the driver goes on counting rows: the next answer begins with gaps.
  return rows.filter((row) => row !== undefined);
}
