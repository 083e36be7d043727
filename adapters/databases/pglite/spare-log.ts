import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** Where `pg_control` has the place of the last checkpoint in the log, in bytes (ControlFileData.checkPoint). */
const checkpointAt = 32;
const segmentName = /^[0-9A-F]{24}$/;

/**
 * Removes the segments of the write-ahead log that PostgreSQL keeps for later use, from a data directory that was closed:
 * a first start would copy them, and PostgreSQL makes new ones when it needs them.
 */
export function removeSpareLog(directory: string): void {
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
