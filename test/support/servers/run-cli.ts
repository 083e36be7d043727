import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { secretWatch } from "../secret-watch.ts";
import { built } from "./built.ts";

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** Ctrl-C as soon as standard output contains this. */
  readonly interruptAt?: string;
}

/** Runs the built command line in its own process, with no variable of our environment except PATH. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const child = spawn(process.execPath, [built("docent.js"), ...args], {
    cwd: options.cwd,
    env: { PATH: process.env["PATH"], ...options.environment },
  });
  child.stdin.end(options.input ?? "");
  let seen = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const before = seen;
    seen += chunk.toString();
    const awaited = options.interruptAt;
    if (awaited && seen.includes(awaited) && !before.includes(awaited)) child.kill("SIGINT");
  });
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  secretWatch.setting(options.environment ?? {});
  secretWatch.logged(stdout + stderr);
  return { code: await code, stdout, stderr };
}
