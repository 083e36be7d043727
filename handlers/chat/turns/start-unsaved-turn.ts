import { uuidV7 } from "../../lib/ids.ts";
import type { ModelMessage } from "../../ports/language-model.ts";
import { converse, type Turn } from "../answers/converse.ts";
import type { Question } from "../answers/retrieve-context.ts";
import type { Asker, StartedTurn, TurnTools } from "./start-turn.ts";

export interface PassingQuestion {
  readonly asked: { readonly kind: "question" } & Question;
  /** As the asker tells it: it is theirs alone to believe. */
  readonly history: readonly ModelMessage[];
}

/** Answers somebody without an identity once, and keeps nothing but the count of it. */
export async function startPassingTurn<Grant>(
  { asked, history }: PassingQuestion,
  { userId, permit: counted, tools: canCall }: Asker<Grant>,
  tools: TurnTools,
): Promise<StartedTurn<Grant>> {
  const permit = await tools.store.count(counted);
  if (!permit.allowed) return { kind: "limited", permit };
  const now = tools.clock.now();
  const ids = { conversationId: uuidV7(now), messageId: uuidV7(now) };
  // What is selected is answered from alone.
  const told =
    asked.selection === undefined ? { history, tools: canCall } : { history: [], tools: [] };
  const turn: Turn = { ...ids, userId, asked, ...told };
  const forgetful = {
    ...tools,
    store: { ...tools.store, saveEnded: () => Promise.resolve() },
    checkpoints: { watch: () => () => undefined },
  };
  const run = tools.runs.start({
    ...ids,
    ownerId: userId,
    dialect: "ui-messages",
    kept: false,
    work: (emit, signal) => converse(turn, forgetful, emit, signal),
  });
  return { kind: "started", run, grant: undefined, permit };
}
