import { DatabaseSync } from "node:sqlite";

/** Milliseconds to wait for another process's build, at most. */
const patienceMilliseconds = 600_000;

/**
 * Waits until no other process builds, and locks builds until it is closed. The lock is SQLite's on an empty
 * file; the operating system releases it however the process ends. Keep a reference to it: garbage collection
 * releases the lock.
 *
 * @throws Error when another build takes longer than ten minutes
 */
export function lockBuilds(path: string): DatabaseSync {
  const file = new DatabaseSync(path);
  try {
    file.exec("begin exclusive");
  } catch {
    console.error("waiting for another build …");
    file.exec(`pragma busy_timeout = ${patienceMilliseconds}`);
    file.exec("begin exclusive");
  }
  return file;
}
