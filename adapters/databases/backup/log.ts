import type { Clock } from "../../../handlers/ports/clock.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { deleteChanges, readChanges, vacuumChanges } from "./capture.ts";
import { decodeSegment, digestOf, encodeSegment } from "./objects/content.ts";
import { isSameLink, segmentName, type Link, type Position } from "./objects/names.ts";
import type { Objects } from "./objects/objects.ts";
import { writeState } from "./state.ts";
import type { BackupStatus } from "./status.ts";

export interface ChangeLogOptions {
  readonly database: Database;
  readonly objects: Objects;
  readonly epoch: number;
  readonly head: Link;
  /** The applied migrations. */
  readonly migrations: readonly string[];
  readonly holder: string;
  readonly clock: Clock;
  readonly status: BackupStatus;
  /** Called when all segments of a cut are stored. @throws PortFailure where they are no history */
  readonly confirm: (head: Link, signal: AbortSignal) => Promise<void>;
  /** Whether there is a snapshot from which the log goes on. */
  readonly isRestorable: () => boolean;
}

/** Writes the database's changes into the log. */
export interface ChangeLog {
  /** The last segment that was stored. */
  head(): Link;
  /** Sends all that was written before, and waits for as long as the store takes. @throws PortFailure */
  flush(signal: AbortSignal): Promise<void>;
  /** What was written since `restart`. */
  written(): { readonly segments: number; readonly bytes: number };
  restart(): void;
}

/** Each page keeps other statements waiting while it is read. */
const changesAtOnce = 200;
/** Characters of one segment, compressed to a fraction of it: what is in memory at a time. */
const segmentCharacters = 16_000_000;
/** About 1 MB of disk, and 5 ms of the database's time. */
const changesPerVacuum = 10_000;

export function createChangeLog(options: ChangeLogOptions): ChangeLog {
  const { database, objects, epoch, holder, clock, status } = options;
  let head = options.head;
  let written = { segments: 0, bytes: 0 };
  let deleted = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function store(
    lines: readonly string[],
    header: {
      readonly sequences: Record<string, number>;
      readonly more: boolean;
      readonly at: string;
    },
    signal: AbortSignal,
  ): Promise<void> {
    const migrations = [...options.migrations];
    for (;;) {
      const position = { epoch, sequence: head.sequence + 1 };
      const content = encodeSegment(
        { format: 1, ...position, previous: head, migrations, ...header },
        lines,
      );
      try {
        const { bytes } = await objects.put(segmentName(position), content, signal);
        head = { ...position, sha256: await digestOf(content) };
        written = { segments: written.segments + 1, bytes: written.bytes + bytes };
        return;
      } catch (error) {
        if (!(error instanceof PortFailure) || error.code !== "conflict") throw error;
        head = await adopt(position, error);
      }
    }
  }

  /** The name has what this process sent before it gave up waiting for the reply: the same changes, or fewer. */
  async function adopt(position: Position, conflict: PortFailure): Promise<Link> {
    const name = segmentName(position);
    const { header, sha256 } = await decodeSegment(name, await objects.read(name));
    if (!isSameLink(header.previous, head)) throw conflict;
    return { ...position, sha256 };
  }

  async function send(signal: AbortSignal): Promise<void> {
    let afterId = 0;
    let total = 0;
    let isBegun = false;
    let lines: string[] = [];
    let characters = 0;
    for (;;) {
      const at = new Date(clock.now()).toISOString();
      status.cut();
      const {
        count,
        lastId,
        sequences,
        lines: read,
      } = await readChanges(database, afterId, changesAtOnce);
      afterId = lastId;
      total += count;
      lines.push(...read);
      for (const { length } of read) characters += length;
      const more = count === changesAtOnce;
      if (more && characters < segmentCharacters) continue;
      if (lines.length > 0 || isBegun) {
        await store(lines, { sequences: { ...sequences }, more, at }, signal);
        isBegun = true;
        lines = [];
        characters = 0;
      }
      if (!more) break;
    }
    if (isBegun) {
      await options.confirm(head, signal);
      await database.batch([deleteChanges(afterId), writeState({ status: "kept", holder, head })]);
      deleted += total;
    }
    if (deleted >= changesPerVacuum) {
      await database.query(vacuumChanges);
      deleted = 0;
    }
    status.stored(options.isRestorable());
  }

  return {
    head: () => head,
    flush(signal) {
      const result = last.then(() => send(signal));
      last = result.catch(() => undefined);
      return result;
    },
    written: () => written,
    restart: () => void (written = { segments: 0, bytes: 0 }),
  };
}
