import type { PGlite, PGliteOptions } from "@electric-sql/pglite";
import type { Database, Statement } from "../../../handlers/ports/database.ts";
import { databaseFailure } from "../failures.ts";
import { loadPostgres } from "./load.ts";
import { decodeResults } from "./wire/decode.ts";
import { createWireSession } from "./wire/session.ts";

export interface Engine extends Database {
  /** Runs statements as one transaction. Resolves to the server's messages, for `decodeResults`. */
  run(statements: readonly Statement[]): Promise<Uint8Array>;
  /** Checkpoints, vacuums and analyses where due, as a server does in the background. Cheap to call often. */
  tidy(effort: "checkpoint" | "everything"): Promise<void>;
  close(): Promise<void>;
}

/** PGlite on the caller's thread, behind the database port; in memory without a directory. Its methods throw PortFailure. */
export async function openEngine({ directory }: { directory?: string } = {}): Promise<Engine> {
  const pglite = await createPglite(directory === undefined ? {} : { dataDir: directory });
  const session = createWireSession(pglite);
  const run = (statements: readonly Statement[]) => session.run(statements).catch(fail);
  return {
    run,
    query: async (statement) => decodeResults(await run([statement]))[0] as never,
    batch: async (statements) => decodeResults(await run(statements)) as never,
    tidy: (effort) => tidy(pglite, effort),
    close: () => pglite.close(),
  };
}

/** PGlite with our memory settings and the port's types. */
export async function createPglite(options: PGliteOptions): Promise<PGlite> {
  const { PGlite: Postgres, vector, ...files } = await loadPostgres();
  class WithoutArrayTypes extends Postgres {
    // PGlite would query them when it opens, for 60 ms; Docent's statements are read by `decodeResults`.
    override async _initArrayTypes(): Promise<void> {}
  }
  const pglite = new WithoutArrayTypes({
    ...options,
    ...files,
    extensions: { vector },
    startParams: [...Postgres.defaultStartParams, ...settings.flatMap((pair) => ["-c", pair])],
    parsers: { [int8]: Number },
  });
  await pglite.waitReady;
  return pglite;
}

const int8 = 20;
const settings = [
  "shared_buffers=16MB",
  "max_wal_size=32MB",
  // `analyze` samples 3,000 rows instead of 30,000, because it blocks every other query.
  "default_statistics_target=10",
];

// A single-user PostgreSQL has no checkpointer and no autovacuum: its write-ahead log would grow for ever.
async function tidy(pglite: PGlite, effort: "checkpoint" | "everything"): Promise<void> {
  const { rows } = await pglite.query<{ bytes: number }>(
    "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::int8 as bytes from pg_control_checkpoint()",
  );
  if ((rows[0]?.bytes ?? 0) > 16 * 1024 * 1024) await pglite.query("checkpoint");
  if (effort === "checkpoint") return;
  await pglite.query("select pg_stat_force_next_flush()");
  const worn = await pglite.query<{ command: string }>(
    `select format(case when n_dead_tup > 500 + n_live_tup / 5 then 'vacuum (analyze) %I.%I' else 'analyze %I.%I' end,
       schemaname, relname) as command
     from pg_stat_user_tables
     where greatest(n_dead_tup, n_mod_since_analyze) > 500 + n_live_tup / 5
     order by greatest(n_dead_tup, n_mod_since_analyze) desc limit 1`,
  );
  if (worn.rows[0] !== undefined) await pglite.query(worn.rows[0].command);
}

function fail(error: unknown): never {
  const isClosed = error instanceof Error && error.message.startsWith("PGlite is clos");
  throw databaseFailure(isClosed ? Object.assign(new Error("PGlite"), { code: "57P01" }) : error);
}
