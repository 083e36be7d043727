import { isUuid, uuidV7 } from "../identifiers.ts";
import type { Permit } from "../permit.ts";
import type { Clock } from "../ports/clock.ts";
import type { Statement } from "../ports/database.ts";
import { converse, type ConverseTools, type Turn } from "./converse.ts";
import type { Run, Runs } from "./run.ts";
import { titleOf } from "./title.ts";

/** Somebody about to ask. `Grant` is what a new guest must be told, opaque to chat. */
export interface Asker<Grant> {
  readonly userId: string;
  /** A `permit (allowed, remaining, reset_seconds)` for a WITH clause, ahead of the session. */
  readonly permit: Statement;
  /** A `session (user_id)` for a WITH clause. */
  readonly session: Statement;
  readonly grant: Grant | undefined;
}

export interface TurnRequest {
  readonly message: string;
  /** Undefined starts a conversation. */
  readonly conversationId: string | undefined;
  readonly mode: Turn["mode"];
}

export type StartedTurn<Grant> =
  | {
      readonly kind: "started";
      readonly run: Run;
      readonly grant: Grant | undefined;
      readonly permit: Permit;
    }
  /** The asker has to wait. */
  | { readonly kind: "limited"; readonly permit: Permit }
  | { readonly kind: "not-found" }
  | { readonly kind: "signed-out" }
  /** The conversation's last answer is still being made. */
  | { readonly kind: "busy" };

export interface TurnTools extends ConverseTools {
  readonly runs: Runs;
  readonly clock: Clock;
}

/** Writes the question, and starts the answer as a run that outlives its request. */
export async function startTurn<Grant>(
  request: TurnRequest,
  asker: Asker<Grant>,
  tools: TurnTools,
): Promise<StartedTurn<Grant>> {
  const conversationId = request.conversationId ?? uuidV7(tools.clock.now());
  // Somebody new owns nothing yet, and is not to be stored for a conversation that is not theirs.
  const canExist = isUuid(conversationId) && asker.grant === undefined;
  if (request.conversationId !== undefined && !canExist) return { kind: "not-found" };
  const started = await tools.runs.begin({ conversationId, ownerId: asker.userId }, () =>
    beginTurn(request, conversationId, asker, tools),
  );
  return started === "busy" ? { kind: "busy" } : started;
}

async function beginTurn<Grant>(
  request: TurnRequest,
  conversationId: string,
  asker: Asker<Grant>,
  { runs, clock, ...tools }: TurnTools,
): Promise<StartedTurn<Grant>> {
  const now = clock.now();
  // One millisecond apart, so that the answer sorts behind its question.
  const messageId = uuidV7(now + 1);
  const begun = await tools.store.begin({
    permit: asker.permit,
    session: asker.session,
    conversation:
      request.conversationId === undefined
        ? { kind: "new", id: conversationId, title: titleOf(request.message) }
        : { kind: "existing", id: conversationId },
    question: { id: uuidV7(now), content: request.message },
    answerId: messageId,
  });
  const { permit } = begun;
  if (!permit.allowed) return { kind: "limited", permit };
  if (!begun.signed_in) return { kind: "signed-out" };
  if (!begun.found) return { kind: "not-found" };

  const turn: Turn = {
    conversationId,
    messageId,
    question: request.message,
    // A selection is answered from alone: earlier turns would colour it.
    history: request.mode.kind === "selection" ? [] : begun.history,
    mode: request.mode,
  };
  const run = runs.start({
    conversationId,
    messageId,
    ownerId: asker.userId,
    parts: (signal) => converse(turn, tools, signal),
  });
  return { kind: "started", run, grant: asker.grant, permit };
}
