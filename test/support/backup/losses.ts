import type { Random } from "../hostile/random.ts";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { makeDirectory, postJson, type ServerProcess } from "../servers/server-process.ts";
import { createLoad } from "./load.ts";
import { startBackedUp, type Haste } from "./server.ts";

export interface LossOptions {
  /** The BACKUP_ settings. */
  readonly environment: Readonly<Record<string, string>>;
  readonly rounds: number;
  /** The longest time, in milliseconds, that a server works after its first writes, before it is killed or replaced. */
  readonly workMilliseconds: number;
  readonly haste: Haste;
  readonly random: Random;
  /** The longest pause between two requests of each of three workers, milliseconds; none unless given. */
  readonly pauseMilliseconds?: number;
  /** Whether every fifth server or so is killed once more, while it starts. */
  readonly killsWhileStarting?: boolean;
  /** What was acknowledged longer ago at a kill, in milliseconds, must be there whatever health has said. */
  readonly promiseMilliseconds?: number;
  /** Called after every round. */
  readonly onRound?: (result: LossResult) => void;
}

export interface LossResult {
  readonly acknowledged: number;
  readonly rounds: number;
  /** Kills of servers that were starting. */
  readonly early: number;
  readonly lost: readonly string[];
  readonly halves: readonly string[];
  /** How often a request was refused, by status and code. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Milliseconds from each start to the first request answered from the database. */
  readonly starts: readonly number[];
  /** At each end: the age of what was not stored yet, milliseconds. */
  readonly unstored: readonly number[];
}

/** What is measured is the work, not the refusing of it; and tokens outlive it. */
export const limits = {
  CHAT_RATE_LIMIT: "999999/60s",
  CHAT_ADDRESS_LIMIT: "999999/60s",
  READ_RATE_LIMIT: "999999/60s",
  ACCESS_TOKEN_MINUTES: "600",
  JWT_SECRET: "a signing secret that outlives every disk",
};

/**
 * Servers under load that end one after another. `kill`: by SIGKILL, and the disk is wiped; what health has called
 * durable must be there afterwards. `replace`: the next one starts beside it, as in an update; nothing may be lost.
 */
export async function runLosses(
  how: "kill" | "replace",
  options: LossOptions,
): Promise<LossResult> {
  const { rounds, workMilliseconds, haste, random, pauseMilliseconds = 0 } = options;
  const promise = options.promiseMilliseconds ?? Number.POSITIVE_INFINITY;
  const environment = { ...limits, ...options.environment };
  const starts: number[] = [];
  const unstored: number[] = [];
  const result = { lost: [] as string[], halves: [] as string[], early: 0 };
  const start = async () => {
    const began = performance.now();
    const server = await startBackedUp(
      { dataDirectory: await makeDirectory(), environment },
      haste,
    );
    starts.push(performance.now() - began);
    return server;
  };
  const killAnother = async () => {
    const dataDirectory = await makeDirectory();
    const server = await startBackedUp({ dataDirectory, environment, until: "listening" }, haste);
    await sleep(random(longestStart));
    await destroy(server);
    result.early += 1;
  };
  let server = await start();
  while (!server.log().includes("documents ingested")) await sleep(10);
  const load = createLoad(await registerAccount(server.url), { random, pauseMilliseconds });
  const registered = Date.now();
  while ((await durableUntil(server.url)) <= registered) await sleep(50);
  const report = (done: number): LossResult => ({
    acknowledged: load.count(),
    rounds: done,
    early: result.early,
    lost: [...result.lost],
    halves: [...result.halves],
    refusals: Object.fromEntries(load.refusals),
    starts,
    unstored,
  });
  for (let round = 1; round <= rounds; round += 1) {
    const stopped = new AbortController();
    const working = load.work(server.url, stopped.signal);
    // By count, not by time: a slow machine must not kill an idle server.
    const goal = load.count() + leastWrites;
    for (let wait = 0; wait < 6000 && load.count() < goal; wait += 1) await sleep(10);
    await sleep(random(workMilliseconds));
    const before = server;
    let until = Number.POSITIVE_INFINITY;
    if (how === "replace") {
      server = await start();
    } else {
      const durable = await durableUntil(server.url);
      await destroy(before);
      const killedAt = Date.now();
      until = Math.max(durable, killedAt - promise);
      unstored.push(killedAt - durable);
    }
    stopped.abort();
    await working;
    if (how === "replace") await before.end("SIGTERM");
    else {
      if (options.killsWhileStarting === true && random(5) === 0) await killAnother();
      server = await start();
    }
    const contents = round === rounds ? "of-all" : "of-new";
    const found = await load.inspect(server.url, until, contents);
    result.lost.push(...found.lost);
    result.halves.push(...found.halves);
    options.onRound?.(report(round));
  }
  await server.end("SIGTERM");
  return report(rounds);
}

/** Acknowledged changes that each server gets before it may end. */
const leastWrites = 21;

/** Longer than most starts take, milliseconds. */
const longestStart = 3000;

/** By SIGKILL, and with its disk. */
async function destroy(server: ServerProcess): Promise<void> {
  await server.end("SIGKILL");
  await rm(server.dataDirectory, { recursive: true });
}

/** Resolves to an access token. */
export async function registerAccount(url: string): Promise<string> {
  const account = { email: "ada@example.org", password: "a long enough password" };
  return (await (await postJson(`${url}/api/auth/register`, account)).json()).access_token;
}

/** What health says; 0 before the first snapshot. Milliseconds since 1970. */
export async function durableUntil(url: string): Promise<number> {
  const { storage } = await (await fetch(`${url}/api/health`)).json();
  return storage.durable_until === null ? 0 : Date.parse(storage.durable_until);
}
