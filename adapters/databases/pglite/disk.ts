import { statfsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Logger } from "../../../handlers/ports/logger.ts";
import type { StorageState, StorageWatch } from "../../../handlers/ports/storage.ts";
import { databaseFailure } from "../failures.ts";

/** Free bytes below which the operator is warned: the database's log alone may take 32 MB. */
const lowBytes = 64 * 1024 * 1024;
/** Free bytes that the database needs to recover from its log and to go on. */
const neededBytes = 8 * 1024 * 1024;

export interface Disk extends StorageWatch {
  /** Notes how many bytes were free just now; warns once when they become few. */
  note(free: number): void;
  /** Notes that a write failed for want of space. */
  noteFull(): void;
  /** Looks again. @throws PortFailure `unavailable` where the disk is full */
  requireRoom(): Promise<void>;
  /** The same in this turn of the event loop, for the start. */
  requireRoomNow(): void;
}

/** Watches the disk of a directory, which need not exist yet. */
export function watchDisk(directory: string, logger: Logger): Disk {
  let state: StorageState = "ok";

  const note = (free: number): void => {
    const isLow = free < lowBytes;
    if (isLow && state === "ok")
      logger.warn("the disk of DATA_DIR is nearly full", { free_mb: Math.floor(free / 1_048_576) });
    if (state !== "full" || free >= neededBytes) state = isLow ? "low" : "ok";
  };

  const judge = (free: number | undefined): void => {
    if (free !== undefined && free < neededBytes) {
      // Without the warning of `note`: the failure is logged.
      state = "full";
      throw diskFull();
    }
    if (free !== undefined) note(free);
  };

  return {
    state: () => state,
    note,
    noteFull: () => void (state = "full"),
    requireRoom: async () => judge(await readFreeBytes(directory)),
    requireRoomNow: () => judge(readFreeBytesNow(directory)),
  };
}

/** SQLSTATE 53100, so that the log gives the same reason as for the write that failed. */
function diskFull() {
  return databaseFailure(Object.assign(new Error("disk full"), { code: "53100" }));
}

/** Free bytes for this user; undefined where the system does not tell. */
async function readFreeBytes(path: string): Promise<number | undefined> {
  try {
    return freeOf(await statfs(path));
  } catch (error) {
    return isMissing(error) && dirname(path) !== path ? readFreeBytes(dirname(path)) : undefined;
  }
}

function readFreeBytesNow(path: string): number | undefined {
  try {
    return freeOf(statfsSync(path));
  } catch (error) {
    return isMissing(error) && dirname(path) !== path ? readFreeBytesNow(dirname(path)) : undefined;
  }
}

function freeOf({ bavail, bsize }: { readonly bavail: number; readonly bsize: number }): number {
  return bavail * bsize;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
