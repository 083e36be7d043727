import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { createLoad } from "../../support/backup/load.ts";
import { durableUntil, limits, registerAccount } from "../../support/backup/losses.ts";
import { startBackedUp } from "../../support/backup/server.ts";
import { createRandom, type Random } from "../../support/hostile/random.ts";
import { cleanUp, makeDirectory } from "../../support/servers/server-process.ts";
import type { Fault } from "../../support/stand-ins/snapshots/faulty-server.ts";
import { startS3Process, type S3Process } from "../../support/stand-ins/snapshots/s3-process.ts";
import { residentMegabytes } from "../child-server.ts";
import { printTable } from "../statistics.ts";
import { settingsOf } from "./bucket-settings.ts";

interface Trouble {
  readonly name: string;
  /** One for the whole time, or one after another, 10 s each. */
  readonly faults: readonly Fault[];
  /** Milliseconds by which the store's clock is ahead. */
  readonly clockError?: number;
}

const troubles: readonly Trouble[] = [
  { name: "out", faults: [{ kind: "break-off" }] },
  { name: "each reply after 20 s", faults: [{ kind: "slow", milliseconds: 20_000 }] },
  { name: "403", faults: [{ kind: "status", status: 403 }] },
  { name: "500", faults: [{ kind: "status", status: 500 }] },
  {
    name: "412, cut, lost replies in turns",
    faults: [{ kind: "status", status: 412 }, { kind: "cut" }, { kind: "lose-reply" }],
  },
  { name: "a clock an hour wrong", faults: [], clockError: 3_600_000 },
];

/** Holders are silent for 15 s before they are fenced; here their successor waits for less. */
const silence = 1500;
const pauseMilliseconds = 2000;

/** A store that fails for so many minutes under load, and a server that loses its disk as soon as all is kept. */
export async function runOutageBench(minutes: number, seed: number): Promise<void> {
  const rows: (string | number)[][] = [
    ["the store", "minutes", "acknowledged", "refused", "kept s later", "lost", "halves", "MB"],
  ];
  const random = createRandom(seed);
  rows.push(...(await Promise.all(troubles.map((trouble) => suffer(trouble, minutes, random)))));
  printTable(rows);
  await cleanUp();
}

async function suffer(trouble: Trouble, minutes: number, random: Random) {
  const { clockError = 0 } = trouble;
  const s3 = await startS3Process({ clockError });
  const environment = { ...limits, ...settingsOf(s3) };
  const dataDirectory = await makeDirectory();
  const server = await startBackedUp({ dataDirectory, environment }, { times: 1, silence });
  while (!server.log().includes("documents ingested")) await sleep(10);
  const load = createLoad(await registerAccount(server.url), { random, pauseMilliseconds });
  const registered = Date.now();
  while ((await durableUntil(server.url)) <= registered) await sleep(10);

  const stopped = new AbortController();
  const working = load.work(server.url, stopped.signal);
  const before = residentMegabytes(server.pid);
  await fail(s3, trouble.faults, minutes * 60_000);
  const ended = Date.now();
  while ((await durableUntil(server.url)) <= ended) await sleep(100);
  const later = (Date.now() - ended) / 1000;
  stopped.abort();
  await working;
  const memory = residentMegabytes(server.pid);
  const durable = await durableUntil(server.url);
  await server.end("SIGKILL");
  await rm(dataDirectory, { recursive: true });

  const next = { dataDirectory: await makeDirectory(), environment };
  const after = await startBackedUp(next, { times: 1, silence });
  const { lost, halves } = await load.inspect(after.url, durable, "of-all");
  for (const each of [...lost, ...halves]) console.log(`${trouble.name}: ${each}`);
  await after.end("SIGTERM");
  await s3.stop();
  const refused = [...load.refusals.values()].reduce((sum, count) => sum + count, 0);
  if (refused > 0) console.log(trouble.name, Object.fromEntries(load.refusals));
  const kept = later.toFixed(1);
  const sizes = `${before} → ${memory}`;
  return [trouble.name, minutes, load.count(), refused, kept, lost.length, halves.length, sizes];
}

async function fail(s3: S3Process, faults: readonly Fault[], milliseconds: number): Promise<void> {
  const until = performance.now() + milliseconds;
  for (let turn = 0; performance.now() < until; turn += 1) {
    const fault = faults[turn % faults.length];
    if (fault) await s3.fault(fault);
    const step = faults.length > 1 ? 10_000 : milliseconds;
    await sleep(Math.max(0, Math.min(step, until - performance.now())));
    await s3.endFaults();
  }
}
