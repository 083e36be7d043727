import { randomUUID } from "node:crypto";
import { mkdir, readdir, rmdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { pause } from "../../../handlers/lib/time.ts";
import { isCode } from "./failures.ts";

/** A lock that stays the same for this long belongs to a process that has ended: it held it for milliseconds. */
const abandonedAfter = 5000;
/** What is decided under the lock counts no longer than this: well before another process takes the lock. */
const validFor = 1000;
const giveUpAfter = 15_000;

/**
 * Runs the work while no other process or caller that uses this function on the same folder does. The lock is a
 * folder that holds one file named after its holder: removing that file and then the empty folder can only ever
 * remove the lock of that very holder, so that two processes that find a lock abandoned cannot both take it.
 *
 * @param work is given a function to call right before what it decides takes effect
 * @throws PortFailure `timeout` where the lock is never free, `unavailable` where the work was held up
 */
export async function withLock<Result>(
  path: string,
  work: (confirm: () => void) => Promise<Result>,
): Promise<Result> {
  const holder = randomUUID();
  await acquire(path, holder);
  const since = performance.now();
  try {
    return await work(() => {
      if (performance.now() - since < validFor) return;
      throw new PortFailure("unavailable", "The folder was too slow", { retryable: true });
    });
  } finally {
    await release(path, holder);
  }
}

async function acquire(path: string, holder: string): Promise<void> {
  const start = performance.now();
  let seen: string | undefined;
  let seenSince = start;
  while (!(await take(path, holder))) {
    const now = performance.now();
    if (now - start > giveUpAfter) {
      throw new PortFailure("timeout", "The folder's lock is never free", { retryable: true });
    }
    const found = await holderOf(path);
    if (found !== seen) {
      seen = found;
      seenSince = now;
    } else if (found !== undefined && now - seenSince > abandonedAfter) {
      await release(path, found);
      continue;
    }
    await pause(2 + 10 * Math.random());
  }
}

async function take(path: string, holder: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    await writeFile(join(path, holder), "", { flag: "wx", mode: 0o600 });
    // Alone, unless the folder, still empty, was taken for an abandoned lock and made again.
    if ((await readdir(path)).length === 1) return true;
    await release(path, holder);
    return false;
  } catch (error) {
    if (isCode(error, "EEXIST") || isCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** The name in the lock, empty where there is none yet; undefined where the lock is free. */
async function holderOf(path: string): Promise<string | undefined> {
  try {
    return (await readdir(path))[0] ?? "";
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Frees the lock if that holder has it; the lock of another holder stays. */
async function release(path: string, holder: string): Promise<void> {
  try {
    if (holder !== "") await unlink(join(path, holder));
    await rmdir(path);
  } catch (error) {
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].some((code) => isCode(error, code))) throw error;
  }
}
