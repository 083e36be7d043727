import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import type { Database, Statement } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { Logger } from "../../../handlers/ports/logger.ts";
import { pageAdvice } from "./damage.ts";
import { decodeResults } from "./wire/decode.ts";
import { watchDisk, type Disk } from "./disk.ts";
import { lockDirectory, type DirectoryLock } from "./lock.ts";
import { startWorker, useWorker, type Thread, type ThreadOptions } from "./thread-client.ts";

export interface PgliteOptions {
  /** DATA_DIR; the database is its subdirectory `database`. In memory unless given. */
  readonly directory?: string;
  /** A directory made by `prepareDirectory`: the first start copies it instead of running initdb. */
  readonly preparedDirectory?: string;
  readonly logger: Logger;
  /** The directory's disk; `watchDisk` by default. */
  readonly disk?: Disk;
  /** The thread's module, where it is not beside this one. */
  readonly threadModule?: URL;
  /** Of `startWorker`, for the first attempt to open: it loads PostgreSQL before the directory is locked. */
  readonly worker?: Worker | undefined;
}

export interface PgliteDatabase extends Database {
  /**
   * Locks the directory and opens the database; does nothing when it is open. May be called again
   * after a failure. `url` is where this process serves, which `readHolder` tells other processes.
   *
   * @throws PortFailure `unavailable` when another process holds the directory or it cannot be written.
   */
  open(holder?: { readonly url?: string }): Promise<void>;
  /** Finishes pending calls, closes the database and releases the directory. */
  close(): Promise<void>;
}

/**
 * PostgreSQL (PGlite) on a worker thread of this process. A thread that dies is replaced at the next call, on a
 * full disk as soon as there is space again; until then every call fails. Its methods throw PortFailure.
 */
export function createPgliteDatabase(options: PgliteOptions): PgliteDatabase {
  const { directory, preparedDirectory, logger, threadModule } = options;
  const disk = options.disk ?? (directory === undefined ? undefined : watchDisk(directory, logger));
  let lock: DirectoryLock | undefined;
  let thread: Promise<Thread> | undefined;
  let { worker } = options;
  let wanted = false;
  let isDamageLogged = false;

  const launch = (started: Worker): Thread => {
    const threadOptions: ThreadOptions = {
      onDeath(reason) {
        thread = undefined;
        // A full disk is logged as the outage's reason.
        if (disk?.state() === "full") return;
        logger.error("the database's thread died; the next query starts another", { reason });
      },
      onDamage(reason) {
        if (isDamageLogged) return;
        isDamageLogged = true;
        logger.error("the database is damaged", { reason, to_do: pageAdvice });
      },
      onDiskFull: () => disk?.noteFull(),
      onFreeBytes: (free) => disk?.note(free),
      hasRoom: () => hasRoom(disk),
    };
    return useWorker(started, threadOptions);
  };
  const start = async (ahead: Thread | undefined): Promise<Thread> => {
    const began = performance.now();
    disk?.requireRoomNow();
    const started = ahead ?? launch(startWorker(threadModule));
    const { directory: found, unreadable } = await started.open({
      ...(directory === undefined ? {} : { directory: join(directory, "database") }),
      ...(preparedDirectory === undefined ? {} : { preparedDirectory }),
    });
    const milliseconds = Math.round(performance.now() - began);
    if (unreadable !== undefined)
      logger.warn("the prepared database cannot be read, so a new one was made", { unreadable });
    logger.info("database open", { directory: found, milliseconds });
    return started;
  };
  const running = (ahead?: Thread): Promise<Thread> => {
    thread ??= start(ahead).catch((error: unknown) => {
      thread = undefined;
      throw error;
    });
    return thread;
  };
  const run = async (statements: readonly Statement[]): Promise<object[][]> => {
    if (!wanted) {
      throw new PortFailure("unavailable", "the database is not open", { retryable: true });
    }
    if (disk?.state() === "full") await disk.requireRoom();
    const bytes = await (await running()).ask({ kind: "run", statements });
    // Here and not on the thread: rows cost more to hand over than their bytes to read.
    return decodeResults(bytes as Uint8Array);
  };
  const unlock = async (): Promise<void> => {
    await lock?.release();
    lock = undefined;
  };

  let opening: Promise<void> | undefined;
  const open = async (url: string | undefined): Promise<void> => {
    const ahead = worker && launch(worker);
    worker = undefined;
    try {
      disk?.requireRoomNow();
      if (directory !== undefined) lock ??= await lockDirectory(directory, url);
      await running(ahead);
      wanted = true;
    } catch (error) {
      void ahead?.stop();
      await unlock();
      throw error;
    }
  };

  return {
    query: async (statement) => (await run([statement]))[0] as never,
    batch: async (statements) => (await run(statements)) as never,
    open(holder) {
      opening ??= open(holder?.url).catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    async close() {
      await opening?.catch(() => undefined);
      opening = undefined;
      wanted = false;
      const last = thread;
      thread = undefined;
      await last?.then((running_) => running_.stop()).catch(() => undefined);
      await unlock();
    },
  };
}

async function hasRoom(disk: Disk | undefined): Promise<boolean> {
  try {
    await disk?.requireRoom();
    return true;
  } catch {
    return false;
  }
}
