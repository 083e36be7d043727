import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** A build writes this file when it is complete. */
export const stamp = "dist/built";

const sources = ["handlers", "adapters", ".tools", "README.md", "package-lock.json"];

/** Whether a source is newer than the last build. An installed package, without sources, never is. */
export function isStale(): boolean {
  if (!existsSync("handlers")) return false;
  const builtAt = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  return sources.some((source) => newest(source) > builtAt);
}

/** The latest modification time below a path, in milliseconds since 1970. */
function newest(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
