import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { secretWatch, watchServer } from "../secret-watch.ts";
import { built } from "./built.ts";

export interface ServerProcess {
  readonly url: string;
  readonly dataDirectory: string;
  readonly pid: number;
  log(): string;
  /** Sends a signal and waits for the end; resolves to the exit code, or to the signal that ended it. */
  end(signal: "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGKILL"): Promise<number | string>;
}

export interface ServerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Not deleted if given; otherwise a new one, which `cleanUp` deletes. */
  readonly dataDirectory?: string;
  /** The program; by default the built server. */
  readonly program?: string;
  readonly cwd?: string;
  /** The state to wait for; by default that it answers from its database. */
  readonly until?: "listening" | "ready";
  /** The command that runs the program; by default this Node. */
  readonly command?: readonly string[];
}

const made: string[] = [];
const running = new Set<ServerProcess>();

/** Starts the built server, or another program, on a free port of 127.0.0.1. */
export async function startServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const dataDirectory = options.dataDirectory ?? (await makeDirectory());
  const [command = "", ...words] = options.command ?? [process.execPath];
  const child = spawn(command, [...words, options.program ?? built("server.js")], {
    env: {
      PATH: process.env["PATH"],
      HOST: "127.0.0.1",
      PORT: "0",
      DATA_DIR: dataDirectory,
      CHAT_RATE_LIMIT: "1000/60s",
      CHAT_ADDRESS_LIMIT: "1000/60s",
      // For programs of the tests' own, which look for the build as the tests do.
      DOCENT_BUILD: built("."),
      ...options.environment,
    },
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const exited = once(child, "exit");
  let isOver = false;
  void exited.then(() => (isOver = true));
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = / listening url=(\S+)/.exec(log)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", look);
    child.once("exit", () => reject(new Error(`the server did not start:\n${log}`)));
  });
  const server: ServerProcess = {
    url,
    dataDirectory,
    pid: child.pid ?? 0,
    log: () => log,
    async end(signal) {
      running.delete(server);
      child.kill(signal);
      const [code, by] = (await exited) as [number | null, string | null];
      secretWatch.logged(log);
      return code ?? by ?? "unknown";
    },
  };
  running.add(server);
  secretWatch.setting(options.environment ?? {});
  watchServer(url);
  if (options.until === "listening") return server;
  while (!(await isReady(url))) {
    if (isOver) throw new Error(`the server was not ready:\n${log}`);
    await sleep(20);
  }
  return server;
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

export async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "docent-"));
  made.push(directory);
  return directory;
}

/** For afterAll: stops the servers that failed tests left running, and deletes directories. */
export async function cleanUp(): Promise<void> {
  await Promise.all([...running].map((server) => server.end("SIGKILL")));
  await Promise.all(made.splice(0).map((path) => rm(path, { recursive: true, force: true })));
}

export function postJson(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}
