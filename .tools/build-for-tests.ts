import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, statfsSync } from "node:fs";
import { rm } from "node:fs/promises";

/** A file system in memory, on Linux: a disk takes 0.2 s to make the 400 files of a test's database. */
const memory = "/dev/shm";
/** Bytes; containers often have only 64 MB. */
const roomForTests = 4e9;

/** Builds for the tests, once and into their own folder, because `npm start` may replace dist/ meanwhile. */
export default async function setup(): Promise<() => Promise<void>> {
  const name = `test-${process.pid}`;
  const folder = `.builds/${name}`;
  execFileSync(process.execPath, [".tools/build.ts", folder], { stdio: "inherit" });
  await removeOrphans(".builds", "test-");
  process.env["DOCENT_BUILD"] = folder;
  const temporary = `${memory}/docent-${name}`;
  if (hasRoom()) {
    await removeOrphans(memory, "docent-test-");
    mkdirSync(temporary);
    // As /tmp, because some tests run as another user.
    chmodSync(temporary, 0o1777);
    process.env["TMPDIR"] = temporary;
  }
  return async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(temporary, { recursive: true, force: true });
  };
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > roomForTests;
  } catch {
    return false;
  }
}

/** Deletes what killed test runs have left: folders whose names end with a process's id. */
async function removeOrphans(parent: string, prefix: string): Promise<void> {
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (Number.isInteger(pid) && !isRunning(pid))
      await rm(`${parent}/${name}`, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
