import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";

/** Builds for the tests, once and into their own folder, because `npm start` may replace dist/ meanwhile. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = `.builds/test-${process.pid}`;
  execFileSync(process.execPath, [".tools/build.ts", folder], { stdio: "inherit" });
  await removeOrphans();
  process.env["DOCENT_BUILD"] = folder;
  return () => rm(folder, { recursive: true, force: true });
}

/** Deletes the builds of killed test runs. */
async function removeOrphans(): Promise<void> {
  for (const name of readdirSync(".builds")) {
    const [, pid] = /^test-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(`.builds/${name}`, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
