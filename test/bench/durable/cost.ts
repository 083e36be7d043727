import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import autocannon from "autocannon";
import { postJson } from "../../support/servers/server-process.ts";
import { startS3Process } from "../../support/stand-ins/snapshots/s3-process.ts";
import { cpuTime, startChild, type ChildServer } from "../child-server.ts";
import { printTable, quantile } from "../statistics.ts";
import { settingsOf } from "./bucket-settings.ts";

const rounds = 6;
const connections = 16;
const environment = {
  CHAT_RATE_LIMIT: "999999/60s",
  CHAT_ADDRESS_LIMIT: "999999/60s",
  READ_RATE_LIMIT: "999999/60s",
  // So that each account can register from an address of its own: 10 an hour are allowed from one.
  TRUSTED_PROXIES: "1",
};

interface Work {
  readonly name: string;
  readonly path: string;
  /** Requests of a round: 5 s or more of them, so that the changes are sent in each. */
  readonly amount: number;
  readonly body: object;
}

const works: readonly Work[] = [
  {
    name: "POST /api/tasks",
    path: "/api/tasks",
    amount: 2400,
    body: { title: "Trim the wick", description: "x".repeat(200) },
  },
  {
    name: "POST /api/chat",
    path: "/api/chat",
    amount: 200,
    body: { message: "How do I allow my front end's origin?" },
  },
];

/** What the backup costs: the built server with one beside the same without, over an S3 stand-in in its own process. */
export async function runCostBench(): Promise<void> {
  const s3 = await startS3Process();
  const folder = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const start = async (name: string, backup: Readonly<Record<string, string>>) => {
    const more = { DATA_DIR: join(folder, name), ...backup };
    const server = await startChild(["dist/server.js"], { ...environment, ...more });
    while (!(await fetch(`${server.url}/ready`)).ok) await sleep(20);
    return server;
  };
  const plain = await start("plain", {});
  const kept = await start("kept", settingsOf(s3));
  const rows: (string | number)[][] = [
    [
      "request",
      "BACKUP_URL",
      "requests/s",
      "p99 ms",
      "µs of CPU each",
      "× requests/s",
      "× p99",
      "× CPU",
    ],
  ];
  for (const work of works) rows.push(...(await compare(work, plain, kept)));
  printTable(rows);
  const { gateway } = await s3.traffic();
  console.log("requests to the store", gateway.requests, "bytes", gateway.received);
  await Promise.all([plain.stop(), kept.stop()]);
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
}

/** In turns A B B A, so that noise and whatever grows falls on both alike; the ratios are medians over the turns. */
async function compare(work: Work, plain: ChildServer, kept: ChildServer) {
  for (const server of [plain, kept]) await measure(work, server);
  const withoutBackup: Figures[] = [];
  const withBackup: Figures[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const isPlainFirst = round % 2 === 0;
    if (isPlainFirst) withoutBackup.push(await measure(work, plain));
    withBackup.push(await measure(work, kept));
    if (!isPlainFirst) withoutBackup.push(await measure(work, plain));
  }
  const ratio = (of: (figures: Figures) => number) => {
    const ratios = withBackup.map(
      (figures, round) => of(figures) / of(withoutBackup[round] ?? figures),
    );
    return quantile(ratios, 0.5).toFixed(2);
  };
  return [
    [work.name, "unset", ...describe(withoutBackup), "1", "1", "1"],
    [
      work.name,
      "set",
      ...describe(withBackup),
      ratio(({ rate }) => rate),
      ratio(({ p99 }) => p99),
      ratio(({ cost }) => cost),
    ],
  ];
}

interface Figures {
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p99: number;
  /** Microseconds of CPU for each request. */
  readonly cost: number;
}

function describe(figures: readonly Figures[]): number[] {
  const median = (of: (each: Figures) => number) => Math.round(quantile(figures.map(of), 0.5));
  return [median(({ rate }) => rate), median(({ p99 }) => p99), median(({ cost }) => cost)];
}

/** A round, by an account of its own, so that all rounds meet an account of the same size. */
async function measure({ path, amount, body }: Work, server: ChildServer): Promise<Figures> {
  const token = await register(server);
  const cpuBefore = cpuTime(server.pid) ?? 0;
  const { milliseconds, p99 } = await load(amount, {
    url: server.url + path,
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json",
    },
    body: JSON.stringify(body),
  });
  const cost = ((cpuTime(server.pid) ?? 0) - cpuBefore) / amount;
  return { rate: (amount / milliseconds) * 1000, p99, cost };
}

/** Milliseconds until the last answer, by a clock of our own: autocannon's duration is a whole number of its samples. */
function load(amount: number, request: autocannon.Options) {
  return new Promise<{ milliseconds: number; p99: number }>((resolve, reject) => {
    const began = performance.now();
    let milliseconds = 0;
    // It looks only once a sample whether all requests are answered; it gives up after seconds, on a busy machine too.
    const options = { ...request, connections, amount, sampleInt: 100, timeout: 60 };
    const instance = autocannon(options, (_, { latency, non2xx, errors }) => {
      if (non2xx + errors === 0) resolve({ milliseconds, p99: latency.p99 });
      else reject(new Error(`${non2xx} answers were no 2xx, ${errors} none at all`));
    });
    instance.on("response", () => (milliseconds = performance.now() - began));
  });
}

let registered = 0;

async function register(server: ChildServer): Promise<string> {
  registered += 1;
  const account = { email: `ada-${registered}@example.org`, password: "a quiet lighthouse" };
  const from = { "x-forwarded-for": `10.0.${registered >> 8}.${registered & 255}` };
  const response = await postJson(`${server.url}/api/auth/register`, account, from);
  return (await response.json()).access_token;
}
