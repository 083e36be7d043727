import { createBackgroundJob } from "../../../lib/background-job.ts";
import { pause } from "../../../lib/time.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Database, Statement } from "../../../ports/database.ts";
import type { Logger } from "../../../ports/logger.ts";
import type { CopiedLibrary } from "./copy-library.ts";
import { libraryVersion, unknownVersion } from "./store-version.ts";

/** Milliseconds for which the question that misses the copy is left alone: copying would hold its statements up. */
const patience = 200;
/** Milliseconds between two copies, so that an ingest of many documents is not copied after each of them. */
const rest = 10_000;
const lostAfter = 60_000;

/** Which copy of the library a question may be answered from. */
export interface CopyWanted {
  /** The library's version in the database; undefined: whoever searches compares it with the result's later. */
  readonly version: string | undefined;
}

export interface LibraryCopy {
  /** SQL for a select list: the library's version, to be compared with that of a result; null where there is no copy. */
  readonly version: () => Statement;
  /** The copy, if it is the one that is wanted; otherwise it is made anew in the background. */
  readonly find: (wanted: CopyWanted) => CopiedLibrary | undefined;
  readonly stop: () => Promise<void>;
}

/**
 * Keeps a copy of a small library in this process, so that a question waits for no search in the database. The copy is
 * never right by itself: a statement that the question needs anyway tells the library's version, whichever instance
 * changed it, and a result of another version is thrown away.
 */
export function createLibraryCopy(
  database: Database,
  options: { readonly clock: Clock; readonly logger: Logger },
): LibraryCopy {
  const { clock } = options;
  let copy: CopiedLibrary | undefined;
  let nextAt = 0;
  const job = createBackgroundJob({
    ...options,
    run: async () => {
      // Asked for while the copy before was made.
      if (clock.monotonic() < nextAt) return undefined;
      await pause(patience, job.signal);
      job.signal.throwIfAborted();
      // Loaded by the first question: a worker on the edge, which keeps no copy, does not need it.
      const { copyLibrary } = await import("./copy-library.ts");
      copy = await copyLibrary(database, job);
      nextAt = clock.monotonic() + rest;
      return undefined;
    },
    failed: "library not copied yet",
    lostAfter,
  });
  return {
    version: () => (copy ? libraryVersion : unknownVersion),
    find({ version }) {
      if (copy && (version === undefined || version === copy.version)) return copy;
      // Out of date: further questions need not search in it in vain.
      copy = undefined;
      if (clock.monotonic() >= nextAt) job.wake();
      return undefined;
    },
    stop: job.stop,
  };
}
