import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ChildServer {
  readonly url: string;
  readonly pid: number;
  /** What it has printed so far. */
  log(): string;
  stop(): Promise<void>;
}

/** What is measured is the work, not the refusing of it. */
const unlimited = {
  CHAT_RATE_LIMIT: "10000/60s",
  CHAT_ADDRESS_LIMIT: "10000/60s",
  READ_RATE_LIMIT: "999999/s",
};

/** Starts a server that says `listening url=…`; its output goes to a file, as a log does. */
export async function startChild(
  script: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ChildServer> {
  const folder = await mkdtemp(join(tmpdir(), "docent-bench-"));
  const path = join(folder, "log");
  const file = openSync(path, "w");
  const child = spawn(process.execPath, script, {
    env: { PATH: process.env["PATH"], HOST: "127.0.0.1", PORT: "0", ...unlimited, ...environment },
    stdio: ["ignore", file, "inherit"],
  });
  closeSync(file);
  let url: string | undefined;
  while (url === undefined && child.exitCode === null) {
    url = /listening url=(\S+)/.exec(readFileSync(path, "utf8"))?.[1];
    if (url === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (url === undefined) throw new Error(`${script.join(" ")} did not start`);
  return {
    url,
    pid: child.pid ?? 0,
    log: () => readFileSync(path, "utf8"),
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** CPU a process has used, in microseconds; undefined where there is no /proc. */
export function cpuTime(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return undefined;
  }
}

/** CPU that the living threads of a process have used, in microseconds, finer than `cpuTime`; NaN without /proc. */
export function threadTime(pid: number): number {
  let nanoseconds = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readIfThere(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0]);
    }
  } catch {
    return Number.NaN;
  }
  return nanoseconds / 1000;
}

/** A thread may have ended since it was listed. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "0";
  }
}

/** Resident memory of a process in MB; undefined where there is no /proc. */
export function residentMegabytes(pid: number): number | undefined {
  try {
    const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return line ? Math.round(Number(line[1]) / 1024) : undefined;
  } catch {
    return undefined;
  }
}
