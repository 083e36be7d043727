import type { ModelMessage } from "../../ports/language-model.ts";
import { startPassingTurn } from "./start-unsaved-turn.ts";
import {
  startTurn,
  type Asker,
  type StartedTurn,
  type TurnRequest,
  type TurnTools,
} from "./start-turn.ts";

export interface NamedTurn {
  /** The client's own for its conversation, or the conversation's id. */
  readonly name: string;
  readonly asked: TurnRequest["asked"];
  /** What was said so far, as the client tells it. */
  readonly history: readonly ModelMessage[];
}

/**
 * A turn of a client that names its conversations itself. What is stored decides what was said; only
 * somebody without an identity, for whom nothing is stored, is taken at their word.
 */
export async function startNamedTurn<Grant>(
  { name, asked, history }: NamedTurn,
  asker: Asker<Grant>,
  tools: TurnTools,
): Promise<StartedTurn<Grant>> {
  if (asker.grant !== undefined) {
    if (asked.kind === "decision") return { kind: "not-found" };
    return startPassingTurn({ asked, history }, asker, tools);
  }
  const conversationId = await tools.store.find(asker.userId, name);
  const request = { conversationId, clientKey: name, dialect: "ui-messages", asked } as const;
  return startTurn(request, asker, tools);
}
