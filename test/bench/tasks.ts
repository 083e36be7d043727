import { cpSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { migrate } from "../../adapters/databases/migrate.ts";
import { openEngine } from "../../adapters/databases/pglite/engine.ts";
import { createGivenSecret } from "../../adapters/secrets/given-secret.ts";
import type { Database, Statement } from "../../handlers/ports/database.ts";
import { sql } from "../../handlers/lib/sql.ts";
import { createTaskStore } from "../../handlers/tasks/store.ts";
import { createMemoryLogger } from "../support/apps/logger.ts";
import { createPostgresDatabase } from "../../adapters/databases/postgres/database.ts";
import { postgresBinaries, startPostgres } from "../support/servers/postgres-server.ts";
import { signIn } from "../support/clients/signed-in.ts";
import { cpuTime, startChild, type ChildServer } from "./child-server.ts";
import { printTable, quantile } from "./statistics.ts";
import { systemClock } from "../../handlers/lib/time.ts";

const rounds = 5;
const secondsEach = 3;
const tasks = 50;
const secret = "a secret for benches, of more than thirty-two bytes";
const byHand = "node:http and driver by hand";
const clock = systemClock;

type Environment = Readonly<Record<string, string>>;

/** GET /api/tasks, 50 of them, at 32 connections: the built server beside the same query by hand. */
export async function run(): Promise<void> {
  const rows: (string | number)[][] = [
    ["database", "server", "requests/s", "p99 ms", "µs of CPU each", "× by hand"],
  ];
  rows.push(...(await compareOn("PGlite", await fillPglite())));
  printTable(rows);
  if (postgresBinaries !== undefined) {
    const server = await startPostgres();
    try {
      const compared = await compareOn("PostgreSQL", await fillPostgres(server.url));
      printTable([...rows.slice(0, 1), ...compared]);
    } finally {
      await server.stop();
    }
  }
}

interface Filled {
  readonly authorization: string;
  readonly statement: Statement;
  /** A server's own environment: two cannot share an embedded database. */
  readonly place: () => Promise<{ environment: Environment; leave(): Promise<void> }>;
}

async function compareOn(name: string, { authorization, statement, place }: Filled) {
  const places = [await place(), await place()] as const;
  const bare = await startChild(["test/bench/plain-tasks.ts"], {
    ...places[0].environment,
    STATEMENT: JSON.stringify(statement),
  });
  const docent = await startChild(["dist/server.js"], {
    ...places[1].environment,
    JWT_SECRET: secret,
  });
  try {
    return await compare(name, { [byHand]: bare, docent }, authorization);
  } finally {
    await Promise.all([bare.stop(), docent.stop()]);
    for (const used of places) await used.leave();
  }
}

/** In turns A B B A, so that noise hits all alike; the ratio is the median over the rounds. */
async function compare(
  name: string,
  servers: Readonly<Record<string, ChildServer>>,
  authorization: string,
) {
  const figures: Record<string, { rates: number[]; slowest: number[]; costs: number[] }> = {};
  for (const server of Object.values(servers)) await measure(server, authorization, 2);
  for (let round = 0; round < rounds; round += 1) {
    const turn = Object.entries(servers);
    if (round % 2 === 1) turn.reverse();
    for (const [server, child] of turn) {
      const { rate, p99, cost } = await measure(child, authorization, secondsEach);
      const figure = (figures[server] ??= { rates: [], slowest: [], costs: [] });
      figure.rates.push(rate);
      figure.slowest.push(p99);
      if (cost !== undefined) figure.costs.push(cost);
    }
  }
  const base = figures[byHand]?.rates ?? [];
  return Object.entries(figures).map(([server, { rates, slowest, costs }]) => [
    name,
    server,
    Math.round(quantile(rates, 0.5)),
    quantile(slowest, 0.5),
    quantile(costs, 0.5).toFixed(0),
    quantile(
      rates.map((rate, round) => rate / (base[round] ?? Number.NaN)),
      0.5,
    ).toFixed(2),
  ]);
}

async function measure(server: ChildServer, authorization: string, duration: number) {
  const before = cpuTime(server.pid);
  const { requests, latency, non2xx, errors } = await autocannon({
    url: `${server.url}/api/tasks`,
    headers: { authorization },
    connections: 32,
    duration,
  });
  const after = cpuTime(server.pid);
  if (non2xx + errors > 0) throw new Error(`${non2xx} answers were no 200, ${errors} none at all`);
  const cost =
    before !== undefined && after !== undefined ? (after - before) / requests.total : undefined;
  return { rate: requests.average, p99: latency.p99, cost };
}

async function fillPglite(): Promise<Filled> {
  const folder = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const directory = join(folder, "database");
  cpSync("dist/database", directory, { recursive: true });
  const engine = await openEngine({ directory });
  const filled = await fill(engine);
  await engine.close();
  return {
    ...filled,
    async place() {
      const copy = await mkdtemp(join(tmpdir(), "docent-bench-"));
      cpSync(folder, copy, { recursive: true });
      return {
        environment: { DATA_DIR: copy },
        leave: () => rm(copy, { recursive: true, force: true }),
      };
    },
  };
}

async function fillPostgres(url: string): Promise<Filled> {
  const database = createPostgresDatabase({ url });
  const filled = await fill(database);
  await database.close();
  const environment = { DATABASE_URL: url };
  return { ...filled, place: async () => ({ environment, leave: async () => undefined }) };
}

/** Somebody with tasks, and others around them. What the list asks the database is taken down. */
async function fill(database: Database) {
  await migrate(database, { logger: createMemoryLogger() });
  const secrets = createGivenSecret(secret);
  const store = createTaskStore(database, clock);
  let headers = { authorization: "" };
  let owner = "";
  for (let person = 0; person < 20; person += 1) {
    const signedIn = await signIn({ database, ports: { secrets, clock } });
    headers = signedIn.headers;
    owner = signedIn.userId;
    for (let index = 0; index < tasks; index += 1) {
      const title = `Task ${index}: water the plants on the balcony`;
      await store.add(owner, { title, description: "", completed: index % 3 === 0 });
    }
  }
  return { authorization: headers.authorization, statement: listOf(owner) };
}

/** The list as it is without asking whose session it is. */
const listOf = (owner: string): Statement => sql`
  select id, title, description, completed, created_at, updated_at from tasks
  where owner_id = ${owner}::uuid order by created_at desc, id desc limit ${tasks + 1}::int`;
