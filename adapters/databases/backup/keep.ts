import { randomUUID } from "node:crypto";
import { pause } from "../../../handlers/lib/time.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import type { SnapshotStore } from "../../../handlers/ports/snapshot-store.ts";
import { migrate } from "../migrate.ts";
import { readApplied } from "../pending.ts";
import type { OpenDatabase } from "../supervise.ts";
import { countChanges, installCapture } from "./capture.ts";
import { readLease, replaceLease } from "./lease/lease.ts";
import { waitForLease } from "./lease/wait-for-lease.ts";
import { writeState } from "./state.ts";
import { takeOver, type TakeOverOptions } from "./take-over.ts";
import { startTenure, type Tenure, type TenureOptions } from "./tenure.ts";

type KeepOptions = Omit<TakeOverOptions, "me"> &
  Omit<TenureOptions, "migrations" | "taken"> & {
    readonly database: OpenDatabase;
    /** Aborts the opening. */
    readonly signal: AbortSignal;
  };

/**
 * Takes the database over and keeps it in the store until it is closed. Where it was handed over, and the other
 * process is gone without having changed anything that is lost, it is taken back.
 *
 * @throws PortFailure
 */
export async function keepDatabase(options: KeepOptions): Promise<OpenDatabase> {
  const { gate, database, logger } = options;
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  let tenure = await become({ ...options, signal });
  const closed = new Promise<"closed">((resolve) =>
    closing.signal.addEventListener("abort", () => resolve("closed")),
  );
  const goingOn = goOn();

  async function goOn(): Promise<void> {
    for (;;) {
      const how = await Promise.race([tenure.ended, closed]);
      if (how === "closed") return;
      if (how === "lost") await logLoss(options);
      tenure = await regain({ ...options, signal });
    }
  }

  return {
    query: (statement) => gate.query(statement),
    batch: (statements) => gate.batch(statements),
    async close() {
      closing.abort();
      try {
        await tenure.stop();
      } catch {
        const changes = await countChanges(database).catch(() => undefined);
        logger.error("not everything was backed up before the end", { changes });
      }
      // A restore that is under way ends with the database.
      await Promise.race([goingOn, pause(1000)]);
      await database.close();
    },
  };
}

/** @throws PortFailure; the signal's reason */
async function become(options: KeepOptions): Promise<Tenure> {
  const { database, logger, store } = options;
  const me = randomUUID();
  const taken = await takeOver({ ...options, me });
  try {
    await migrate(database, { logger });
    const migrations = [...(await readApplied(database)).keys()];
    await installCapture(database, migrations);
    await database.query(writeState({ status: "kept", holder: me, head: taken.lease.head }));
    const tenure = startTenure({ ...options, taken, migrations });
    // Of a new database, so that there is no moment in which nothing is kept. A large one must not wait for it.
    const isFirst = taken.snapshot === "none" && !(await hasRows(options));
    await tenure.begin(isFirst ? "with-snapshot" : "at-once");
    return tenure;
  } catch (error) {
    await release(store, me).catch(() => undefined);
    throw error;
  }
}

/** Takes the database back once no process has it; resolves to no real tenure where the signal aborts. */
async function regain(options: KeepOptions): Promise<Tenure> {
  const { gate, status, logger, pace, signal } = options;
  for (;;) {
    try {
      await waitForLease({ ...options, me: "", dead: [], how: "watch" });
      const tenure = await become(options);
      gate.open();
      status.noteAway(false);
      logger.info("the database was taken back");
      return tenure;
    } catch (error) {
      if (signal.aborted) return noTenure;
      const reason = error instanceof Error ? error.message : "unknown";
      logger.warn("the database could not be taken back; it is tried again", { reason });
      await pause(pace.renew, signal);
    }
  }
}

const noTenure: Tenure = {
  ended: new Promise(() => undefined),
  begin: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

async function hasRows({ database }: KeepOptions): Promise<boolean> {
  const [row] = await database.query<{ found: boolean }>(
    sql`select exists (select from users) or exists (select from documents) as found`,
  );
  return row?.found !== false;
}

/** Gives back a lease that this process has taken and cannot use. */
async function release(store: SnapshotStore, me: string): Promise<void> {
  const found = await readLease(store);
  if (found?.lease?.holder !== me) return;
  await replaceLease(store, found, { ...found.lease, released: true });
}

async function logLoss({ database, logger }: KeepOptions): Promise<void> {
  const changes = await countChanges(database).catch(() => undefined);
  logger.error("another process has taken over the database; writes are refused", {
    changes_not_handed_over: changes,
  });
}
