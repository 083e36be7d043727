import type { Sweep } from "../lib/sweeper.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { GroupQuestions } from "./questions.ts";
import { operatorRoutes, voteRoutes } from "./routes.ts";
import { createFeedbackStore } from "./store.ts";
import { createOperatorLists } from "./store-lists.ts";

interface FeedbackPorts {
  readonly database: Database;
  readonly clock: Clock;
}

export interface FeedbackOptions {
  /** Whether notes are stored, and the operator may read texts. */
  readonly storeQuestions: "on" | "off";
}

/** Wires votes on answers: returns their routes, the operator's, and the sweep of notes that may not be kept. */
export function createFeedback(
  { database, clock }: FeedbackPorts,
  { storeQuestions }: FeedbackOptions,
  group: GroupQuestions,
) {
  const store = createFeedbackStore(database);
  const lists = createOperatorLists(database, storeQuestions);
  const sweeps: Record<string, Sweep> =
    storeQuestions === "off" ? { notes: () => store.forgetNotes() } : {};
  return {
    routes: voteRoutes({ store, storeQuestions }),
    operatorRoutes: operatorRoutes({ lists, group, storeQuestions, now: () => clock.now() }),
    sweeps,
  };
}
