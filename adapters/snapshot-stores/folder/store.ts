import { mkdir, readFile, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type {
  PutCondition,
  SnapshotStore,
  StoredObject,
  StoredVersion,
} from "../../../handlers/ports/snapshot-store.ts";
import { sha256, toHex } from "../../../handlers/lib/bytes.ts";
import { createDraft, namesBelow, placeIfAbsent, placeOver, sweepDrafts } from "./files.ts";
import { asPortFailure, isCode } from "./failures.ts";
import { withLock } from "./lock.ts";

/** No name begins with a dot: such names are the store's own, and `..` leads out of the folder. */
const validName = /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;

/**
 * A folder on another disk or a mount. Objects are files with mode 0600, written and synced under another name
 * first; an object's version is its SHA-256. Works for several processes on one machine, and where the mount
 * passes creation and renaming on atomically, for several machines.
 */
export function createFolderStore(directory: string): SnapshotStore {
  const lock = join(directory, ".lock");
  const pathOf = (name: string): string => {
    if (!validName.test(name)) throw invalidName();
    return join(directory, name);
  };

  async function put(
    name: string,
    content: Uint8Array,
    condition: PutCondition,
  ): Promise<StoredVersion> {
    const path = pathOf(name);
    const version = toHex(await sha256(new Uint8Array(content)));
    const draft = await createDraft(directory, content);
    try {
      if (condition.kind === "absent") {
        if (!(await placeIfAbsent(draft, path, lock))) throw conflict();
      } else {
        await withLock(lock, async (confirm) => {
          const present = await read(path);
          if (present?.version !== condition.version) throw conflict();
          confirm();
          await placeOver(draft, path);
        });
      }
    } finally {
      await rm(draft, { force: true });
    }
    return { version };
  }

  async function remove(name: string): Promise<void> {
    const path = pathOf(name);
    await rm(path, { force: true });
    // Folders left empty go too; the first that is not empty, or the root, ends it.
    for (let folder = dirname(path); folder !== directory; folder = dirname(folder)) {
      if (
        !(await rmdir(folder).then(
          () => true,
          () => false,
        ))
      )
        return;
    }
  }

  return {
    kind: "folder",
    durability: "unconfirmed",
    paceMilliseconds: 0,
    check: () =>
      asPortFailure(async () => {
        await mkdir(directory, { recursive: true, mode: 0o700 });
        await sweepDrafts(directory);
        await rm(await createDraft(directory, new Uint8Array(1)));
      }),
    put: (name, content, condition) => asPortFailure(() => put(name, content, condition)),
    get: (name) => asPortFailure(() => read(pathOf(name))),
    list: (prefix) =>
      asPortFailure(async () => {
        if (prefix !== "" && !validName.test(`${prefix}0`)) throw invalidName();
        const names = await namesBelow(directory, prefix);
        const found = await Promise.all(
          names.map(async (name) => {
            const size = await sizeOf(join(directory, name));
            return size === undefined ? [] : [{ name, size }];
          }),
        );
        return found.flat();
      }),
    delete: (names) =>
      asPortFailure(async () => {
        for (const name of names) await remove(name);
      }),
  };
}

async function read(path: string): Promise<StoredObject | undefined> {
  try {
    const content = new Uint8Array(await readFile(path));
    return { content, version: toHex(await sha256(content)) };
  } catch (error) {
    if (isCode(error, "ENOENT") || isCode(error, "EISDIR") || isCode(error, "ENOTDIR")) {
      return undefined;
    }
    throw error;
  }
}

/** Undefined where the file was deleted meanwhile. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function invalidName(): PortFailure {
  return new PortFailure("invalid", "The object's name is not allowed", { retryable: false });
}

function conflict(): PortFailure {
  const message = "The object is there already, or has another version";
  return new PortFailure("conflict", message, { retryable: false });
}
