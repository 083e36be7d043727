import { chmod, cp, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Copies a database's directory so that everyone can read it and only its owner write. PostgreSQL makes its directory
 * for its own user alone, but who starts Docent need not be who built it.
 */
export async function copyReadable(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
}
