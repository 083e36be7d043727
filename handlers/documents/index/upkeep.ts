import type { Database } from "../../ports/database.ts";
import { chooseMerge, mergeSegments } from "./merge.ts";
import { liveSegments } from "./store-segments.ts";
import {
  abandonStale,
  sweepBlocks,
  sweepPassages,
  sweepRetirements,
  settleSegments,
} from "./store-sweep.ts";

/** Puts the index in order, in steps that keep the database busy for moments only. Throws PortFailure. */
export type Upkeep = () => Promise<void>;

export interface UpkeepOptions {
  readonly staleAfterSeconds?: number;
  readonly onDone?: (() => void) | undefined;
}

/** Rows deleted by one statement. */
const sweptAtOnce = 500;
/** A build writes several times a second; one that has not for so long has lost its process. */
const staleSeconds = 60;

/**
 * Makes the upkeep: segments of like size are merged, and what is no longer to be seen is deleted.
 * While one is under way, others wait for it and then look for themselves.
 */
export function createUpkeep(
  database: Database,
  { staleAfterSeconds = staleSeconds, onDone }: UpkeepOptions = {},
): Upkeep {
  let last: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    await abandonStale(database, staleAfterSeconds);
    for (;;) {
      const sources = chooseMerge(await liveSegments(database));
      if (sources === undefined) break;
      await mergeSegments(database, sources);
    }
    await sweep(database);
    onDone?.();
  };
  return () => {
    last = last.then(run, run);
    return last;
  };
}

async function sweep(database: Database): Promise<void> {
  for (const step of [sweepPassages, sweepRetirements, sweepBlocks]) {
    for (;;) {
      const swept = await step(database, sweptAtOnce);
      if (swept < sweptAtOnce) break;
    }
  }
  await settleSegments(database);
}
