import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { residentMegabytes } from "./child-server.ts";
import { printTable, quantile } from "./statistics.ts";

const rounds = 7;

/** Process start to the first 200, beside node:http; to the first cited answer; memory after it. */
export async function run(): Promise<void> {
  const bare: number[] = [];
  const health: number[] = [];
  const fresh: Answer[] = [];
  const reopened: Answer[] = [];
  const directories: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const directory = await mkdtemp(join(tmpdir(), "docent-bench-"));
    directories.push(directory);
    bare.push(await timeHealth(["test/bench/plain-server.mjs"], directory));
    fresh.push(await timeAnswer(directory));
    reopened.push(await timeAnswer(directory));
    health.push(await timeHealth(["dist/server.js"], directory));
  }
  // Not before: on ext4, files are made ten times as slowly where others have just been deleted.
  for (const directory of directories) await rm(directory, { recursive: true, force: true });
  const times = (answers: readonly Answer[]) =>
    middle(answers.map(({ milliseconds }) => milliseconds));
  const memory = (answers: readonly Answer[]) => middle(answers.map(({ megabytes }) => megabytes));
  printTable([
    ["from process start, median of 7", "ms", "resident MB"],
    ["node:http, first 200", middle(bare), ""],
    [
      `docent, first 200 on /health (${(middle(health) / middle(bare)).toFixed(2)} ×)`,
      middle(health),
      "",
    ],
    ["docent, first cited answer, new data directory", times(fresh), memory(fresh)],
    ["docent, first cited answer, existing data directory", times(reopened), memory(reopened)],
  ]);
}

function middle(values: readonly number[]): number {
  return Math.round(quantile(values, 0.5));
}

interface Answer {
  readonly milliseconds: number;
  readonly megabytes: number;
}

async function timeHealth(script: readonly string[], directory: string): Promise<number> {
  const server = await launch(script, directory);
  const milliseconds = await until(
    async () => (await fetch(`${server.url}/health`)).ok,
    server.startedAt,
  );
  await server.stop();
  return milliseconds;
}

async function timeAnswer(directory: string): Promise<Answer> {
  const server = await launch(["dist/server.js"], directory);
  const milliseconds = await until(async () => {
    const response = await fetch(`${server.url}/api/chat`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ message: "How do I allow my front end's origin?" }),
    });
    const answer = (await response.json()) as { sources?: unknown[] };
    return (answer.sources?.length ?? 0) > 0;
  }, server.startedAt);
  const megabytes = residentMegabytes(server.pid) ?? Number.NaN;
  await server.stop();
  return { milliseconds, megabytes };
}

async function launch(script: readonly string[], directory: string) {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, script, {
    env: {
      PATH: process.env["PATH"],
      HOST: "127.0.0.1",
      PORT: String(port),
      DATA_DIR: directory,
    },
    stdio: "ignore",
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    startedAt,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Milliseconds from `startedAt` until the check holds, asked again every millisecond. */
async function until(check: () => Promise<boolean>, startedAt: number): Promise<number> {
  while (performance.now() - startedAt < 30_000) {
    if (await check().catch(() => false)) return performance.now() - startedAt;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error("not within 30 s");
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}
