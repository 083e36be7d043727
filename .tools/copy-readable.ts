import { chmodSync, cpSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Copies a database's directory so that everyone can read it and only its owner write. PostgreSQL makes its directory
 * for its own user alone, but who starts Docent need not be who built it. Synchronous: eight times as fast for hundreds
 * of small files.
 */
export function copyReadable(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(to, { recursive: true, withFileTypes: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
}
