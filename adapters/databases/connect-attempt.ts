import { within } from "../../handlers/lib/time.ts";
import type { Database } from "../../handlers/ports/database.ts";
import type { Circuit } from "../circuit.ts";
import { silentDatabase } from "./failures.ts";

const askMilliseconds = 3000;

/** Runs an attempt to open or reach the database. Every error counts against it: there is no caller whose mistake it could be. */
export async function runConnectAttempt(
  circuit: Circuit,
  attempt: () => Promise<void>,
): Promise<void> {
  const ticket = circuit.enter();
  try {
    await attempt();
    ticket.succeed();
  } catch (error) {
    ticket.fail(undefined);
    throw error;
  }
}

/** The cheapest query: `select 1`. */
export async function pingDatabase(database: Database): Promise<void> {
  await database.query({ text: "select 1", values: [] });
}

/**
 * Asks a lost database, for three seconds at most: then its connections count as dead and are given up, so that the
 * next attempt has a new one.
 *
 * @throws what `ask` throws; PortFailure `unavailable` when the time is up
 */
export async function askInTime(
  database: Database & { reset?(): Promise<void> },
  ask: (database: Database) => Promise<void>,
): Promise<void> {
  const late = silentDatabase(askMilliseconds);
  try {
    await within(ask(database), askMilliseconds, () => late);
  } catch (error) {
    if (error === late) await database.reset?.();
    throw error;
  }
}
