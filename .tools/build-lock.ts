import { DatabaseSync } from "node:sqlite";

/** Longest wait for another process's build. */
const patienceMilliseconds = 600_000;

/**
 * Waits until no other process builds, and keeps others from building until it is closed. The lock is SQLite's
 * on an empty file, which the operating system releases however the process ends. Keep a reference to it: once
 * it is collected as garbage, it locks nothing.
 *
 * @throws Error when another build takes longer than ten minutes.
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
