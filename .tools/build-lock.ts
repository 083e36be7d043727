import { DatabaseSync } from "node:sqlite";

/** Longest wait for another process's build. */
const patienceMilliseconds = 600_000;

/**
 * Waits until no other process builds, and keeps others from building until this process ends. The lock is
 * SQLite's on an empty file, which the operating system releases however the process ends.
 *
 * @throws Error when another build takes longer than ten minutes.
 */
export function lockBuilds(path: string): void {
  const file = new DatabaseSync(path);
  try {
    file.exec("begin exclusive");
  } catch {
    console.error("waiting for another build …");
    file.exec(`pragma busy_timeout = ${patienceMilliseconds}`);
    file.exec("begin exclusive");
  }
}
