import type { Duplex } from "node:stream";
import postgres from "postgres";
import type { Database, Statement } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { databaseFailure, silentDatabase } from "../failures.ts";
import { readConnectionString, type ConnectionString } from "./connection-string.ts";
import { failedSocket, openSocket } from "./socket.ts";

export interface PostgresOptions {
  readonly url: string;
  /** The server ends a statement after so many milliseconds. */
  readonly statementMilliseconds?: number;
  /** A connection is there, and an answer begins, within so many milliseconds, or all are taken for dead. */
  readonly deadlineMilliseconds?: number;
}

const connections = 4;
const idleSeconds = 60;

/** Any PostgreSQL by its URL: a few connections, opened when they are needed. */
export function createPostgresDatabase({
  url,
  statementMilliseconds = 10_000,
  deadlineMilliseconds = 15_000,
}: PostgresOptions): Database & { close(): Promise<void> } {
  const at = readConnectionString(url);
  let pool: Pool | undefined;
  let isClosed = false;
  const running = new Set<Promise<unknown>>();

  async function use<Result>(work: (client: postgres.Sql) => Promise<Result>): Promise<Result> {
    if (isClosed)
      throw new PortFailure("unavailable", "The database is closed", { retryable: true });
    pool ??= openPool(at, { statementMilliseconds, deadlineMilliseconds });
    const used = pool;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      // The server would have ended a long statement itself: these connections lead nowhere any more.
      if (pool === used) pool = undefined;
      void used.destroy();
      late.reject(silentDatabase(deadlineMilliseconds));
    }, deadlineMilliseconds);
    const result = Promise.race([work(used.client), late.promise]);
    running.add(result);
    try {
      return await result;
    } catch (error) {
      throw databaseFailure(error);
    } finally {
      running.delete(result);
      clearTimeout(timer);
    }
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
    async close() {
      isClosed = true;
      // The driver's own waiting does not end where a connection broke off under a query.
      await Promise.allSettled(running);
      await pool?.destroy();
    },
  };
}

interface Pool {
  readonly client: postgres.Sql;
  /** Closes every connection; what is under way on them fails. */
  destroy(): Promise<void>;
}

interface Times {
  readonly statementMilliseconds: number;
  readonly deadlineMilliseconds: number;
}

function openPool(at: ConnectionString, times: Times): Pool {
  const sockets = new Set<Duplex>();
  let isClosed = false;
  const socket = async () => {
    const opened = await openSocket(at, times.deadlineMilliseconds).catch(failedSocket);
    if (isClosed) {
      opened.destroy();
      throw Object.assign(new Error("closed"), { code: "CONNECTION_ENDED" });
    }
    sockets.add(opened);
    opened.once("close", () => sockets.delete(opened));
    return opened;
  };
  const client = postgres({
    host: at.host,
    port: at.port,
    user: at.user,
    password: at.password,
    database: at.database,
    ssl: false,
    socket,
    max: connections,
    idle_timeout: idleSeconds,
    connect_timeout: Math.ceil(times.deadlineMilliseconds / 1000),
    // Whether to try again is decided above, for all connections at once.
    backoff: () => 0,
    prepare: !at.isPooled,
    connection: {
      application_name: at.applicationName ?? "docent",
      ...(at.options !== undefined && { options: at.options }),
      ...(!at.isPooled && { statement_timeout: times.statementMilliseconds }),
    },
    onnotice: () => undefined,
    types,
  } as postgres.Options<Record<string, postgres.PostgresType>>);
  return {
    client,
    async destroy() {
      isClosed = true;
      await client.end({ timeout: 0 });
      for (const each of sockets) each.destroy();
    },
  };
}

const types = {
  int8: { to: 20, from: [20], serialize: String, parse: Number },
  // The port's JSON is text already; the driver would quote it once more.
  json: { to: 3802, from: [114, 3802], serialize: String, parse: JSON.parse },
  bytea: {
    to: 17,
    from: [17],
    serialize: (value: Uint8Array) =>
      `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}`,
    parse: (text: string) => new Uint8Array(Buffer.from(text.slice(2), "hex")),
  },
};

async function run(
  client: Pick<postgres.Sql, "unsafe">,
  { text, values }: Statement,
): Promise<object[]> {
  return [...(await client.unsafe(text, [...values] as never[], { prepare: true }))];
}
