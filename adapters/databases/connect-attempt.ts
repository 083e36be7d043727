import type { Database } from "../../handlers/ports/database.ts";
import type { Circuit } from "../circuit.ts";

/** Nobody else made a mistake: a database that turns down what opening it needs has failed. */
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

/** The cheapest thing to ask a database. */
export async function pingDatabase(database: Database): Promise<void> {
  await database.query({ text: "select 1", values: [] });
}
