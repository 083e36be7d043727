import type { Checked } from "../../http/access/admission.ts";
import { isUuid, uuidV7 } from "../../lib/ids.ts";
import type { ModelMessage } from "../../ports/language-model.ts";
import { converse, type ConverseDependencies, type Turn } from "../answers/converse.ts";
import {
  beginDecision,
  beginQuestion,
  type AskedDecision,
  type AskedQuestion,
  type NotBegun,
  type TurnCaller,
} from "./begin-turn.ts";
import type { Dialect, Emit, Run, Runs } from "./run.ts";
import { titleOf } from "./title.ts";

export interface TurnRequest {
  /** Undefined starts a conversation. */
  readonly conversationId: string | undefined;
  /** What the client will call a conversation that starts. */
  readonly clientKey?: string | undefined;
  readonly dialect?: Dialect | undefined;
  readonly asked: AskedQuestion | AskedDecision;
}

/** The run of a turn whose caller was let in, or why there is none. */
export type StartedTurn = Checked<Run> | NotBegun;

export interface TurnDependencies extends ConverseDependencies {
  readonly runs: Runs;
}

/**
 * Starts a turn of a stored conversation: writes what is asked, and starts the answer as a run that
 * outlives its request. Throws PortFailure.
 */
export async function startTurn(
  request: TurnRequest,
  caller: TurnCaller,
  deps: TurnDependencies,
): Promise<StartedTurn> {
  const { runs, clock } = deps;
  const { userId: ownerId, grant } = caller.admission;
  const conversationId = request.conversationId ?? uuidV7(clock.now());
  // A new guest owns nothing yet, and is not stored for a conversation that is not theirs.
  const canExist = isUuid(conversationId) && grant === undefined;
  const mustExist = request.conversationId !== undefined || request.asked.kind === "decision";
  if (mustExist && !canExist) return { kind: "not-found" };
  const started = await runs.begin({ conversationId, ownerId }, async () => {
    const now = clock.now();
    const questionId = uuidV7(now);
    // One millisecond later, so that the answer sorts behind its question.
    const messageId = uuidV7(now + 1);
    const begun = await begin(request, { conversationId, questionId, messageId }, caller, deps);
    if (begun.kind !== "admitted") return begun;
    const turn: Turn = { conversationId, messageId, userId: ownerId, ...begun.value };
    const { dialect } = request;
    const work = (emit: Emit, signal: AbortSignal) => converse(turn, deps, emit, signal);
    const run = runs.start({ conversationId, messageId, ownerId, dialect, work });
    return { ...begun, value: run };
  });
  return started === "busy" ? { kind: "busy" } : started;
}

interface TurnIds {
  readonly conversationId: string;
  readonly questionId: string;
  readonly messageId: string;
}

function begin(
  { conversationId: existing, clientKey, asked }: TurnRequest,
  { conversationId: id, questionId, messageId: answerId }: TurnIds,
  caller: TurnCaller,
  deps: TurnDependencies,
) {
  if (asked.kind === "decision") {
    return beginDecision(asked, { conversationId: id, answerId }, caller, deps);
  }
  const conversation =
    existing === undefined
      ? ({ kind: "new", id, title: titleOf(asked.text), clientKey: clientKey ?? null } as const)
      : ({ kind: "existing", id } as const);
  return beginQuestion(asked, { conversation, questionId, answerId }, caller, deps);
}

export interface NamedTurn {
  /** The client's own name for its conversation, or the conversation's id. */
  readonly name: string;
  readonly asked: TurnRequest["asked"];
  /** What was said so far, as the client tells it. */
  readonly history: readonly ModelMessage[];
}

/**
 * Starts a turn of a client that names its conversations itself. What is stored decides what was said;
 * only a caller without a token, for whom nothing is stored, is taken at their word. Throws PortFailure.
 */
export async function startNamedTurn(
  { name, asked, history }: NamedTurn,
  caller: TurnCaller,
  deps: TurnDependencies,
): Promise<StartedTurn> {
  const { userId, grant } = caller.admission;
  if (grant !== undefined) {
    if (asked.kind === "decision") return { kind: "not-found" };
    return startUnsavedTurn({ asked, history }, caller, deps);
  }
  const conversationId = await deps.store.find(userId, name);
  const request = { conversationId, clientKey: name, dialect: "ai-sdk", asked } as const;
  return startTurn(request, caller, deps);
}

interface UnsavedQuestion {
  readonly asked: AskedQuestion;
  /** As the caller tells it: it is theirs alone to believe. */
  readonly history: readonly ModelMessage[];
}

/**
 * Answers a caller without a token from the messages they sent, and stores nothing but the count of it.
 * Throws PortFailure.
 */
async function startUnsavedTurn(
  { asked, history }: UnsavedQuestion,
  { admission, tools }: TurnCaller,
  deps: TurnDependencies,
): Promise<Checked<Run>> {
  const counted = await deps.store.count(admission);
  if (counted.kind !== "admitted") return counted;
  const now = deps.clock.now();
  const ids = { conversationId: uuidV7(now), messageId: uuidV7(now) };
  // What is selected is answered from alone.
  const told = asked.selection === undefined ? { history, tools } : { history: [], tools: [] };
  const turn: Turn = { ...ids, userId: admission.userId, asked, ...told };
  const unsaved = {
    ...deps,
    store: {
      ...deps.store,
      saveEnded: () => Promise.resolve(),
      removeTurn: () => Promise.resolve(),
    },
    checkpoints: { watch: () => () => undefined },
  };
  const run = deps.runs.start({
    ...ids,
    ownerId: turn.userId,
    dialect: "ai-sdk",
    kept: false,
    work: (emit, signal) => converse(turn, unsaved, emit, signal),
  });
  return { ...counted, value: run };
}
