import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { cpuTime, startChild, type ChildServer } from "./child-server.ts";
import { printTable, quantile } from "./statistics.ts";

const rounds = 5;
const secondsEach = 3;

/** GET /health at 32 connections: Docent's built server beside node:http, in turns so that noise hits all alike. */
export async function run(): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const plain = "test/bench/plain-server.ts";
  const servers = {
    "node:http, bare": await startChild([plain, "bare"]),
    "node:http, same headers and log line": await startChild([plain, "equal"]),
    docent: await startChild(["dist/server.js"], { DATA_DIR: dataDirectory }),
  };
  const figures: Record<string, { rates: number[]; costs: number[] }> = {};
  for (const server of Object.values(servers)) await measure(server, 1);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, server] of Object.entries(servers)) {
      const { rate, cost } = await measure(server, secondsEach);
      const figure = (figures[name] ??= { rates: [], costs: [] });
      figure.rates.push(rate);
      if (cost !== undefined) figure.costs.push(cost);
    }
  }
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  await rm(dataDirectory, { recursive: true, force: true });

  const median = (name: string) => quantile(figures[name]?.rates ?? [], 0.5);
  printTable([
    ["server", "requests/s", "µs of CPU each", "× bare", "× same headers and log line"],
    ...Object.entries(figures).map(([name, { costs }]) => [
      name,
      Math.round(median(name)),
      quantile(costs, 0.5).toFixed(1),
      (median(name) / median("node:http, bare")).toFixed(2),
      (median(name) / median("node:http, same headers and log line")).toFixed(2),
    ]),
  ]);
}

async function measure(server: ChildServer, duration: number) {
  const before = cpuTime(server.pid);
  const { requests } = await autocannon({ url: `${server.url}/health`, connections: 32, duration });
  const after = cpuTime(server.pid);
  const cost =
    before !== undefined && after !== undefined ? (after - before) / requests.total : undefined;
  return { rate: requests.average, cost };
}
