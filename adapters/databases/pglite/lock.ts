import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { PortFailure } from "../../../handlers/ports/failure.ts";

/** The process that holds a data directory; `url` is where it serves, if it does. */
export interface DirectoryHolder {
  readonly pid: number;
  readonly startedAt: string;
  readonly url?: string;
}

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Locks a data directory for this process, creating it if needed: in this turn of the event loop if it is free, because
 * the next one may be busy with loading the app. It is SQLite's lock on an empty file, hence the operating system's:
 * the only one available in Node that is released however the process dies, and that works between containers sharing
 * a volume.
 *
 * @throws PortFailure `unavailable` when another process holds it or the directory cannot be written.
 */
export async function lockDirectory(directory: string, url?: string): Promise<DirectoryLock> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    unwritable(error);
  }
  // readHolder of another process holds the lock for a moment.
  const lock = tryLock(directory) ?? (await sleep(50)) ?? tryLock(directory);
  if (lock === undefined) {
    const holder = await readFileOf(directory);
    const who = holder === undefined ? "another process" : `process ${holder.pid}`;
    throw new PortFailure(
      "unavailable",
      `${who} holds the data directory; stop it, or set DATA_DIR to another directory`,
      { retryable: true },
    );
  }
  const holder: DirectoryHolder = {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    ...(url === undefined ? {} : { url }),
  };
  try {
    const path = join(directory, "holder.json");
    writeFileSync(`${path}.new`, JSON.stringify(holder), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    lock.close();
    unwritable(error);
  }
  return {
    async release() {
      await rm(join(directory, "holder.json"), { force: true });
      lock.close();
    },
  };
}

/** The process that holds the directory now, or undefined. @throws PortFailure `unavailable` where it cannot be read */
export async function readHolder(directory: string): Promise<DirectoryHolder | undefined> {
  const holder = await readFileOf(directory);
  if (holder === undefined) return undefined;
  const free = tryLock(directory);
  free?.close();
  return free === undefined ? holder : undefined;
}

const sqliteBusy = 5;

function tryLock(directory: string): DatabaseSync | undefined {
  let file: DatabaseSync | undefined;
  try {
    const sqlite = process.getBuiltinModule("node:sqlite");
    file = new sqlite.DatabaseSync(join(directory, "lock"), { timeout: 0 });
    // Not `exclusive`: two processes that try at once could then both be refused.
    file.exec("begin immediate");
    // SQLite makes its files for everyone to read.
    for (const name of ["lock", "lock-journal"]) makePrivate(join(directory, name));
    return file;
  } catch (error) {
    file?.close();
    if (error instanceof Error && "errcode" in error && error.errcode === sqliteBusy)
      return undefined;
    return unwritable(error);
  }
}

function makePrivate(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // It is not there, or another user's.
  }
}

async function readFileOf(directory: string): Promise<DirectoryHolder | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, "holder.json"), "utf8")) as DirectoryHolder;
  } catch {
    return undefined;
  }
}

function unwritable(error: unknown): never {
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  throw new PortFailure("unavailable", `the data directory cannot be written${code}`, {
    retryable: true,
    cause: error,
  });
}
