import { randomUUID } from "node:crypto";
import { access, link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isCode } from "./failures.ts";
import { withLock } from "./lock.ts";

const draftPrefix = ".draft-";
const hour = 3_600_000;

/** Writes and syncs the content to a new file beside the objects; the caller places or removes it. */
export async function createDraft(directory: string, content: Uint8Array): Promise<string> {
  const path = join(directory, draftPrefix + randomUUID());
  const file = await open(path, "wx", 0o600).catch(async (error: unknown) => {
    if (!isCode(error, "ENOENT")) throw error;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return open(path, "wx", 0o600);
  });
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return path;
}

/**
 * Gives the draft's content that name if no file has it; false where one has. Mounts without hard links rename
 * under the lock instead.
 */
export async function placeIfAbsent(draft: string, path: string, lock: string): Promise<boolean> {
  try {
    await inFolderOf(path, () => link(draft, path));
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    const hasNoLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];
    if (!hasNoLinks.some((code) => isCode(error, code))) throw error;
    return withLock(lock, async (confirm) => {
      if (await exists(path)) return false;
      confirm();
      await placeOver(draft, path);
      return true;
    });
  }
  await syncDirectory(dirname(path));
  return true;
}

/** Gives the draft that name, in place of the file that has it now. */
export async function placeOver(draft: string, path: string): Promise<void> {
  await inFolderOf(path, () => rename(draft, path));
  await syncDirectory(dirname(path));
}

/** Deletes drafts that are older than an hour: those of processes that have ended. */
export async function sweepDrafts(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(draftPrefix)) continue;
    const path = join(directory, name);
    const written = await stat(path).catch(() => undefined);
    if (written && Date.now() - written.mtimeMs > hour) await rm(path, { force: true });
  }
}

/** The names, relative to the folder and in order, of all files whose names begin with the prefix. */
export async function namesBelow(directory: string, prefix: string): Promise<string[]> {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const names: string[] = [];
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(join(directory, below), { withFileTypes: true }).catch(
      (error: unknown) => {
        if (isCode(error, "ENOENT") || isCode(error, "ENOTDIR")) return [];
        throw error;
      },
    );
    for (const entry of entries) {
      const name = below + entry.name;
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) await walk(`${name}/`);
      else if (name.startsWith(prefix)) names.push(name);
    }
  };
  await walk(folder);
  return names.sort();
}

/** A delete may remove the folder, once it is empty, between its creation and its use. */
async function inFolderOf(path: string, place: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      return await place();
    } catch (error) {
      if (!isCode(error, "ENOENT") || attempt === 3) throw error;
    }
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** Some systems cannot open a folder: then the name is written when the system likes. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r").catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}
