import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { postJson } from "../../support/servers/server-process.ts";
import { startS3Process } from "../../support/stand-ins/snapshots/s3-process.ts";
import { cpuTime, startChild, type ChildServer } from "../child-server.ts";
import { printTable, quantile } from "../statistics.ts";
import { settingsOf } from "./bucket-settings.ts";

const rounds = 5;
const connections = 16;
const limits = {
  CHAT_RATE_LIMIT: "999999/60s",
  CHAT_ADDRESS_LIMIT: "999999/60s",
  READ_RATE_LIMIT: "999999/60s",
};

/** What the backup costs: the built server with one beside the same without, over an S3 stand-in in its own process. */
export async function runCostBench(): Promise<void> {
  const s3 = await startS3Process();
  const folders = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), "docent-bench-"))));
  const [plain = "", kept = ""] = folders;
  const servers = {
    "without BACKUP_URL": await startChild(["dist/server.js"], { ...limits, DATA_DIR: plain }),
    "with BACKUP_URL": await startChild(["dist/server.js"], {
      ...limits,
      DATA_DIR: kept,
      ...settingsOf(s3),
    }),
  };
  const measured = Object.fromEntries(
    await Promise.all(
      Object.entries(servers).map(async ([name, server]) => [
        name,
        { server, token: await register(server) },
      ]),
    ),
  );
  const rows: (string | number)[][] = [
    ["request", "server", "requests/s", "p99 ms", "µs of CPU each"],
  ];
  for (const work of [postTasks, chat]) rows.push(...(await compare(work, measured)));
  printTable(rows);
  const { gateway } = await s3.traffic();
  console.log("requests to the store", gateway.requests, "bytes", gateway.received);
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  await s3.stop();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}

interface Measured {
  readonly server: ChildServer;
  readonly token: string;
}

interface Work {
  readonly name: string;
  readonly path: string;
  readonly amount: number;
  readonly body: object;
}

const postTasks: Work = {
  name: "POST /api/tasks",
  path: "/api/tasks",
  amount: 1500,
  body: { title: "Trim the wick", description: "x".repeat(200) },
};
const chat: Work = {
  name: "POST /api/chat",
  path: "/api/chat",
  amount: 200,
  body: { message: "How do I allow my front end's origin?" },
};

/** In turns, so that noise hits all alike. */
async function compare(work: Work, servers: Readonly<Record<string, Measured>>) {
  const figures: Record<string, { rates: number[]; slowest: number[]; costs: number[] }> = {};
  for (const server of Object.values(servers)) await measure(work, server);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, measured] of Object.entries(servers)) {
      const { rate, p99, cost } = await measure(work, measured);
      const figure = (figures[name] ??= { rates: [], slowest: [], costs: [] });
      figure.rates.push(rate);
      figure.slowest.push(p99);
      figure.costs.push(cost);
    }
  }
  return Object.entries(figures).map(([name, { rates, slowest, costs }]) => [
    work.name,
    name,
    Math.round(quantile(rates, 0.5)),
    quantile(slowest, 0.5),
    quantile(costs, 0.5).toFixed(0),
  ]);
}

async function register(server: ChildServer): Promise<string> {
  const account = { email: "ada@example.org", password: "a quiet lighthouse" };
  const response = await postJson(`${server.url}/api/auth/register`, account);
  return (await response.json()).access_token;
}

async function measure({ path, amount, body }: Work, { server, token }: Measured) {
  const before = cpuTime(server.pid) ?? 0;
  const { duration, latency, non2xx, errors } = await autocannon({
    url: server.url + path,
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json",
    },
    body: JSON.stringify(body),
    connections,
    amount,
  });
  if (non2xx + errors > 0) throw new Error(`${non2xx} answers were no 2xx, ${errors} none at all`);
  const cost = ((cpuTime(server.pid) ?? 0) - before) / amount;
  return { rate: amount / duration, p99: latency.p99, cost };
}
