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

/** Merges segments and deletes outdated rows. @throws PortFailure */
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
 * Creates the upkeep, which merges segments of similar size and deletes what searches no longer see, in steps that
 * occupy the database only briefly. Searches find the same during it, and where it is cut off. Two at once are safe,
 * but do the same work.
 */
export function createUpkeep(
  database: Database,
  { staleAfterSeconds = staleSeconds, onDone }: UpkeepOptions = {},
): Upkeep {
  return async () => {
    await abandonStale(database, staleAfterSeconds);
    for (;;) {
      const sources = chooseMerge(await liveSegments(database));
      if (sources === undefined) break;
      await mergeSegments(database, sources);
    }
    await sweep(database);
    onDone?.();
  };
}

/** Deletes the texts of documents that were removed or replaced; the upkeep does so, too. @throws PortFailure */
export async function sweepTexts(database: Database): Promise<void> {
  await repeat(database, sweepPassages);
}

async function sweep(database: Database): Promise<void> {
  for (const step of [sweepPassages, sweepRetirements, sweepBlocks]) await repeat(database, step);
  await settleSegments(database);
}

async function repeat(database: Database, step: typeof sweepPassages): Promise<void> {
  for (;;) {
    const swept = await step(database, sweptAtOnce);
    if (swept < sweptAtOnce) return;
  }
}
