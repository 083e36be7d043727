import type { Random } from "../hostile/random.ts";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { makeDirectory, postJson, type ServerProcess } from "../servers/server-process.ts";
import { createLoad } from "./load.ts";
import { startBackedUp } from "./server.ts";

export interface LossOptions {
  /** The BACKUP_ settings. */
  readonly environment: Readonly<Record<string, string>>;
  readonly rounds: number;
  /** The longest time, in milliseconds, that a server works before it is killed or replaced. */
  readonly workMilliseconds: number;
  readonly haste: number;
  readonly random: Random;
}

export interface LossResult {
  readonly acknowledged: number;
  readonly lost: readonly string[];
  readonly halves: readonly string[];
  /** How often a request was refused, by status and code. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Milliseconds from each start to the first request answered from the database. */
  readonly starts: readonly number[];
  /** At each end: the age of what was not stored yet, milliseconds. */
  readonly unstored: readonly number[];
}

const limits = {
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
  const { rounds, workMilliseconds, haste, random } = options;
  const starts: number[] = [];
  const unstored: number[] = [];
  const result = { lost: [] as string[], halves: [] as string[] };
  const start = async () => {
    const began = performance.now();
    const dataDirectory = await makeDirectory();
    const environment = { ...limits, ...options.environment };
    const server = await startBackedUp({ dataDirectory, environment }, haste);
    starts.push(performance.now() - began);
    return server;
  };
  let server = await start();
  const load = createLoad(await register(server.url), random);
  // Of the documents and the account.
  while (!server.log().includes("documents ingested")) await sleep(20);
  const begun = Date.now();
  while ((await durableUntil(server)) <= begun) await sleep(10);
  for (let round = 0; round < rounds; round += 1) {
    const stopped = new AbortController();
    const working = load.work(server.url, stopped.signal);
    const goal = load.count() + 6;
    for (let wait = 0; wait < 6000 && load.count() < goal; wait += 1) await sleep(10);
    await sleep(random(workMilliseconds));
    const until = how === "kill" ? await durableUntil(server) : Number.POSITIVE_INFINITY;
    if (how === "kill") unstored.push(Date.now() - until);
    const before = server;
    if (how === "replace") server = await start();
    else {
      await before.end("SIGKILL");
      await rm(before.dataDirectory, { recursive: true });
    }
    stopped.abort();
    await working;
    if (how === "replace") await before.end("SIGTERM");
    else server = await start();
    const found = await load.inspect(server.url, until);
    result.lost.push(...found.lost);
    result.halves.push(...found.halves);
  }
  await server.end("SIGTERM");
  const refusals = Object.fromEntries(load.refusals);
  return { acknowledged: load.count(), ...result, refusals, starts, unstored };
}

async function register(url: string): Promise<string> {
  const account = { email: "ada@example.org", password: "a long enough password" };
  return (await (await postJson(`${url}/api/auth/register`, account)).json()).access_token;
}

async function durableUntil({ url }: ServerProcess): Promise<number> {
  const { storage } = await (await fetch(`${url}/api/health`)).json();
  return storage.durable_until === null ? 0 : Date.parse(storage.durable_until);
}
