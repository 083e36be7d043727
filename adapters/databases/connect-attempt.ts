import type { Database } from "../../handlers/ports/database.ts";
import type { Circuit } from "../circuit.ts";

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
