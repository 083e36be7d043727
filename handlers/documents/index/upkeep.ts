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

/**
 * Merges segments and deletes outdated rows, in steps that occupy the database only briefly. Throws
 * PortFailure.
 */
export type Upkeep = () => Promise<void>;

export interface UpkeepOptions {
  readonly staleAfterSeconds?: number;
  readonly onDone?: (() => void) | undefined;
}

/** Rows deleted by one statement. */
const sweptAtOnce = 500;
/**
 * Seconds without a write after which a segment's writer counts as dead; a living one writes several times a
 * second.
 */
const staleSeconds = 60;

/**
 * Creates the upkeep, which merges segments of similar size and deletes what searches no longer see. A call
 * during another one waits for it and then looks again.
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
