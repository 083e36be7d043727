import { isUuid, uuidV7 } from "../../lib/ids.ts";
import type { Permit } from "../../http/rate-limits/permit.ts";
import type { Statement } from "../../ports/database.ts";
import type { Tool } from "../../lib/tool.ts";
import { converse, type ConverseTools, type Turn } from "../answers/converse.ts";
import type { Question } from "../answers/retrieve-context.ts";
import { recall } from "../answers/history.ts";
import type { Dialect, Emit, Run, Runs } from "./run.ts";
import type { NewTurn } from "./store.ts";
import { titleOf } from "./title.ts";

/** Somebody about to ask. `Grant` is what a new guest must be told, opaque to chat. */
export interface Asker<Grant> {
  readonly userId: string;
  /** A `permit (allowed, remaining, reset_seconds)` for a WITH clause, ahead of the session. */
  readonly permit: Statement;
  /** A `session (user_id)` for a WITH clause. */
  readonly session: Statement;
  readonly grant: Grant | undefined;
  /** What the assistant may do for them. */
  readonly tools: readonly Tool[];
}

export interface TurnRequest {
  /** Undefined starts a conversation. */
  readonly conversationId: string | undefined;
  /** What the client will call a conversation that starts. */
  readonly clientKey?: string | undefined;
  readonly dialect?: Dialect | undefined;
  readonly asked:
    | ({ readonly kind: "question" } & Question)
    /** The user's answer to a confirmation. */
    | { readonly kind: "decision"; readonly id: string; readonly decision: Verdict };
}

type Verdict = "approved" | "declined";

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
  | { readonly kind: "busy" }
  /** The confirmation was answered before, or too late. */
  | { readonly kind: "used" | "expired" };

export interface TurnTools extends ConverseTools {
  readonly runs: Runs;
}

interface Ids {
  readonly conversationId: string;
  readonly questionId: string;
  readonly messageId: string;
}

/** A turn's first write: what is to be answered, or why it is not. */
type Begun =
  | {
      readonly kind: "begun";
      readonly permit: Permit;
      readonly turn: Pick<Turn, "history" | "tools" | "asked">;
    }
  | Exclude<StartedTurn<never>, { kind: "started" }>;

/** Writes what is asked, and starts the answer as a run that outlives its request. */
export async function startTurn<Grant>(
  request: TurnRequest,
  asker: Asker<Grant>,
  tools: TurnTools,
): Promise<StartedTurn<Grant>> {
  const { runs, clock } = tools;
  const conversationId = request.conversationId ?? uuidV7(clock.now());
  // Somebody new owns nothing yet, and is not to be stored for a conversation that is not theirs.
  const canExist = isUuid(conversationId) && asker.grant === undefined;
  const mustExist = request.conversationId !== undefined || request.asked.kind === "decision";
  if (mustExist && !canExist) return { kind: "not-found" };
  const ownerId = asker.userId;
  const started = await runs.begin({ conversationId, ownerId }, async () => {
    const now = clock.now();
    const questionId = uuidV7(now);
    // One millisecond later, so that the answer sorts behind its question.
    const messageId = uuidV7(now + 1);
    const begun = await begin(request, { conversationId, questionId, messageId }, asker, tools);
    if (begun.kind !== "begun") return begun;
    const turn: Turn = { conversationId, messageId, userId: ownerId, ...begun.turn };
    const { dialect } = request;
    const work = (emit: Emit, signal: AbortSignal) => converse(turn, tools, emit, signal);
    const run = runs.start({ conversationId, messageId, ownerId, dialect, work });
    return { kind: "started" as const, run, grant: asker.grant, permit: begun.permit };
  });
  return started === "busy" ? { kind: "busy" } : started;
}

function begin<Grant>(
  { conversationId, clientKey, asked }: TurnRequest,
  ids: Ids,
  asker: Asker<Grant>,
  tools: TurnTools,
): Promise<Begun> {
  if (asked.kind === "decision") return beginDecided(asked, ids, asker, tools);
  const { conversationId: id } = ids;
  const title = titleOf(asked.text);
  const conversation =
    conversationId === undefined
      ? ({ kind: "new", id, title, clientKey: clientKey ?? null } as const)
      : ({ kind: "existing", id } as const);
  return beginQuestion(asked, conversation, ids, asker, tools);
}

async function beginQuestion<Grant>(
  asked: { readonly kind: "question" } & Question,
  conversation: NewTurn["conversation"],
  { questionId, messageId }: Ids,
  { session, permit, tools }: Asker<Grant>,
  { store }: TurnTools,
): Promise<Begun> {
  const begun = await store.begin({
    permit,
    session,
    conversation,
    question: { id: questionId, content: asked.text },
    answerId: messageId,
  });
  if (!begun.permit.allowed) return { kind: "limited", permit: begun.permit };
  if (!begun.signed_in) return { kind: "signed-out" };
  // Nobody else's can be in the way of a new one, only one of that name that began at the same moment.
  if (!begun.found) return { kind: conversation.kind === "new" ? "busy" : "not-found" };
  // A selection is answered from alone: earlier turns would colour it.
  if (asked.selection !== undefined) {
    return { kind: "begun", permit: begun.permit, turn: { history: [], tools: [], asked } };
  }
  return {
    kind: "begun",
    permit: begun.permit,
    turn: { history: recall(begun.history), tools, asked },
  };
}

/** What is confirmed is what was stored when the user was asked: nothing of it is taken from the request. */
async function beginDecided<Grant>(
  { id, decision }: { readonly id: string; readonly decision: Verdict },
  { conversationId, messageId }: Ids,
  { session, permit, tools }: Asker<Grant>,
  { confirmations, clock }: TurnTools,
): Promise<Begun> {
  if (!isUuid(id)) return { kind: "not-found" };
  const begun = await confirmations.decide({
    id,
    decision,
    permit,
    session,
    conversationId,
    tools: tools.map(({ name }) => name),
    answerId: messageId,
    now: new Date(clock.now()),
  });
  if (!begun.permit.allowed) return { kind: "limited", permit: begun.permit };
  if (!begun.signed_in) return { kind: "signed-out" };
  const { state, tool, arguments: input } = begun;
  if (state === "used" || state === "expired") return { kind: state };
  if (state === null || tool === null) return { kind: "not-found" };
  const asked = { kind: "decision", confirmationId: id, decision, tool, arguments: input } as const;
  return {
    kind: "begun",
    permit: begun.permit,
    turn: { history: recall(begun.history), tools, asked },
  };
}
