import type { Database } from "../ports/database.ts";
import { feedbackRoutes } from "./routes.ts";
import { createFeedbackStore } from "./store.ts";

/** Wires votes on answers: returns their routes. */
export function createFeedback(
  { database }: { readonly database: Database },
  { storeQuestions }: { readonly storeQuestions: "on" | "off" },
) {
  return { routes: feedbackRoutes({ store: createFeedbackStore(database), storeQuestions }) };
}
