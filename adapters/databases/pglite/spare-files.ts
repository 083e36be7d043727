import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** Where `pg_control` has the place of the last checkpoint in the log, in bytes (ControlFileData.checkPoint). */
const checkpointAt = 32;
const segmentName = /^[0-9A-F]{24}$/;

/** The maps of free space and of visible rows, a sixth of all files: PostgreSQL does without, and vacuum makes them anew. */
const mapName = /_(fsm|vm)$/;

/**
 * Removes what a first start need not copy from a data directory that was closed: maps, and the segments of the write-ahead
 * log that PostgreSQL keeps for later use, of which it makes new ones.
 */
export function removeSpareFiles(directory: string): void {
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" }))
    if (mapName.test(name)) rmSync(join(directory, name));
  const control = readFileSync(join(directory, "global/pg_control"));
  const log = join(directory, "pg_wal");
  for (const name of readdirSync(log)) {
    if (!segmentName.test(name)) continue;
    const path = join(log, name);
    const begins = placeOf(name, statSync(path).size);
    if (begins > control.readBigUInt64LE(checkpointAt)) rmSync(path);
  }
}

/** Where a segment begins. Its name has the timeline, the upper 32 bits of that place, and its number within these. */
function placeOf(name: string, size: number): bigint {
  const upper = BigInt(`0x${name.slice(8, 16)}`);
  return (upper << 32n) + BigInt(`0x${name.slice(16)}`) * BigInt(size);
}
