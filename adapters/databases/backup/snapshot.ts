import { encodeUtf8 } from "../../../handlers/lib/bytes.ts";
import { pause } from "../../../handlers/lib/time.ts";
import type { Clock } from "../../../handlers/ports/clock.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import { listTables, readRows, readSequences } from "../tables.ts";
import { changeLine, digestOf, encodeManifest, type Manifest } from "./objects/content.ts";
import { manifestObject, partName, snapshotFolder, type Link } from "./objects/names.ts";
import type { Objects } from "./objects/objects.ts";

export interface SnapshotOptions {
  readonly database: Database;
  readonly store: SnapshotStore;
  readonly objects: Objects;
  readonly epoch: number;
  readonly migrations: readonly string[];
  readonly clock: Clock;
  /** The last segment before the rows are read. */
  readonly from: Link;
  /** Sends what was written while the rows were read, and resolves to the last segment. */
  readonly flush: () => Promise<Link>;
  readonly signal: AbortSignal;
}

/** Characters of a part, compressed to a fraction of it: what is in memory at a time. */
const partCharacters = 8_000_000;

/**
 * Stores every row, read page by page while others write: the log has what changed meanwhile. The manifest comes
 * last and makes the snapshot valid. Resolves to its size in bytes.
 *
 * @throws PortFailure
 */
export async function writeSnapshot(options: SnapshotOptions): Promise<{ readonly bytes: number }> {
  const { database, store, objects, epoch, clock, from, signal } = options;
  const folder = snapshotFolder({ epoch, sequence: from.sequence });
  // Of an attempt that was broken off.
  await store.delete((await store.list(folder)).map(({ name }) => name));
  const parts: Manifest["parts"][number][] = [];
  let bytes = 0;
  for await (const { lines, rows } of readParts(database, signal)) {
    const content = encodeUtf8(lines.join("\n"));
    const object = partName(folder, parts.length + 1);
    bytes += (await objects.put(object, content, signal)).bytes;
    parts.push({ name: object.slice(folder.length), sha256: await digestOf(content), rows });
  }
  const sequences = await database.query<{ name: string; last: number }>(readSequences);
  const until = await options.flush();
  const manifest: Manifest = {
    format: 1,
    at: new Date(clock.now()).toISOString(),
    migrations: [...options.migrations],
    sequences: Object.fromEntries(sequences.map(({ name, last }) => [name, last])),
    from,
    until,
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    bytes,
    parts,
  };
  await objects.put(manifestObject(folder), encodeManifest(manifest), signal);
  return { bytes };
}

interface Part {
  readonly lines: readonly string[];
  readonly rows: number;
}

async function* readParts(database: Database, signal: AbortSignal): AsyncGenerator<Part> {
  let part = { lines: [] as string[], rows: 0, characters: 0 };
  for (const { name } of await listTables(database)) {
    let began = performance.now();
    for await (const rows of readRows(database, name)) {
      signal.throwIfAborted();
      const line = changeLine(name, rows.join(","));
      part.lines.push(line);
      part.rows += rows.length;
      part.characters += line.length;
      if (part.characters >= partCharacters) {
        yield part;
        part = { lines: [], rows: 0, characters: 0 };
      }
      // As long as the page took, so that requests have at least half of the database's time.
      await pause(performance.now() - began, signal);
      began = performance.now();
    }
  }
  if (part.lines.length > 0) yield part;
}
