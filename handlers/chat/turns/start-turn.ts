import type { Admission, Checked } from "../../http/access/admission.ts";
import { describeCause } from "../../lib/describe-cause.ts";
import { isUuid, uuidV7 } from "../../lib/ids.ts";
import { resolvesWithin } from "../../lib/time.ts";
import type { ModelMessage } from "../../ports/language-model.ts";
import type { AnswerCount } from "../answers/account.ts";
import { converse, type ConverseDependencies, type Turn } from "../answers/converse.ts";
import {
  beginDecision,
  beginQuestion,
  type AskedQuestion,
  type AskedTurn,
  type NotBegun,
  type BeginDependencies,
  type TurnCaller,
} from "./begin-turn.ts";
import { refuseConfirmation } from "../tools/store-confirmations.ts";
import { beginItems, type AskedItems } from "./begin-items.ts";
import { findLatestRun, type FindRunDependencies } from "./find-run.ts";
import type { Dialect, OwnRun, RunWriter } from "./run.ts";
import type { EndedAnswer } from "./store.ts";
import type { Replacement } from "./store-replaced.ts";
import { titleOf } from "./title.ts";

/** How long a new message waits for the answer that it stops, milliseconds; then the conversation is busy. */
const endingMilliseconds = 5000;

export interface TurnRequest {
  /** Undefined: a new conversation. */
  readonly conversationId: string | undefined;
  /** The client's name for the new conversation. */
  readonly clientKey?: string | undefined;
  readonly dialect?: Dialect | undefined;
  /** The messages of the conversation that the question replaces; undefined: none. */
  readonly replaces?: Replacement | undefined;
  /** What the dialect keeps of its request, as JSON. */
  readonly request?: string | undefined;
  readonly asked: AskedTurn | AskedItems;
}

/** The run, or why the caller was refused or the turn did not begin. */
export type StartedTurn = Checked<OwnRun> | NotBegun;

export interface TurnDependencies
  extends ConverseDependencies, FindRunDependencies, BeginDependencies {}

/**
 * Starts a turn of a stored conversation: stores the question, and starts the answer as a run that outlives the
 * request.
 *
 * @throws PortFailure
 */
export async function startTurn(
  request: TurnRequest,
  caller: TurnCaller,
  deps: TurnDependencies,
): Promise<StartedTurn> {
  const { runs, clock } = deps;
  const { userId: ownerId, grant } = caller.admission;
  const conversationId = request.conversationId ?? uuidV7(clock.now());
  // A new guest owns no conversation, so a given id cannot be theirs; the guest is not stored then.
  const canExist = isUuid(conversationId) && grant === undefined;
  const mustExist = request.conversationId !== undefined || request.asked.kind === "decision";
  if (mustExist && !canExist) return { kind: "not-found" };
  const started = await runs.begin({ conversationId, ownerId }, async () => {
    const now = clock.now();
    const { asked } = request;
    const count = asked.kind === "items" ? asked.messages.length : 1;
    const messageIds = Array.from({ length: count }, () => uuidV7(now)).toSorted();
    // One millisecond later, so that the answer's id sorts after theirs.
    const answerId = uuidV7(now + 1);
    const begun = await begin(request, { conversationId, messageIds, answerId }, caller, deps);
    if (begun.kind !== "admitted") return begun;
    const { origin } = caller;
    const turn: Turn = { conversationId, userId: ownerId, origin, ...begun.value };
    const { messageId } = turn;
    const { dialect, request: kept } = request;
    const askedWithoutToken = grant !== undefined;
    const ids = { conversationId, messageId, ownerId };
    const work = answering(turn, deps);
    const run = runs.start({ ...ids, dialect, request: kept, askedWithoutToken, work });
    return { ...begun, value: run };
  });
  return started === "busy" ? { kind: "busy" } : started;
}

/** Outside of the functions that start a turn: what they hold, 20 KB of SQL, would stay until the answer ends. */
function answering(turn: Turn, deps: ConverseDependencies) {
  return (run: RunWriter) => converse(turn, deps, run);
}

interface TurnIds {
  readonly conversationId: string;
  /** Of the messages that the turn adds before its answer. */
  readonly messageIds: readonly string[];
  readonly answerId: string;
}

function begin(
  {
    conversationId: existing,
    clientKey,
    replaces,
    dialect = "docent",
    request,
    asked,
  }: TurnRequest,
  { conversationId: id, messageIds, answerId }: TurnIds,
  caller: TurnCaller,
  deps: TurnDependencies,
) {
  if (asked.kind === "decision") {
    return beginDecision(asked, { conversationId: id, answerId, dialect }, caller, deps);
  }
  const conversation =
    existing === undefined
      ? ({ kind: "new", id, title: titleOf(textOf(asked)), clientKey: clientKey ?? null } as const)
      : ({ kind: "existing", id, replaces } as const);
  const ids = { conversation, answerId, dialect };
  if (asked.kind === "items") {
    return beginItems(asked, { ...ids, messageIds, request }, caller, deps);
  }
  return beginQuestion(asked, { ...ids, questionId: messageIds[0] ?? "" }, caller, deps);
}

/** The text that a new conversation begins with. */
function textOf(asked: AskedQuestion | AskedItems): string {
  if (asked.kind === "question") return asked.text;
  return asked.messages.find(({ role }) => role === "user")?.content ?? "";
}

export interface NamedTurn {
  /** The client's own name for its conversation, or the conversation's id; undefined: it belongs to none. */
  readonly name: string | undefined;
  readonly asked: AskedTurn;
  /** The earlier messages, as the client sends them. */
  readonly history: readonly ModelMessage[];
  /** The messages of the conversation that the question replaces; undefined: none. */
  readonly replaces: Replacement | undefined;
  /** Whether the client no longer waits for this answer. */
  readonly hasLeft: (answerId: string) => boolean;
}

export interface NamedTurnCaller extends TurnCaller {
  /** The check of the caller's session alone, which counts nothing. */
  readonly checkSession: () => Promise<Admission>;
}

/**
 * Starts a turn for a client that names its conversations itself. The earlier messages come from the database;
 * for a caller without a token and for a turn without a name, of which nothing is stored, from the request. An answer
 * that the client has left is stopped first, and its text so far kept: the client's own `stop()` only disconnects.
 *
 * @throws PortFailure
 */
export async function startNamedTurn(
  { name, asked, history, replaces, hasLeft }: NamedTurn,
  caller: NamedTurnCaller,
  deps: TurnDependencies,
): Promise<StartedTurn> {
  const { userId, grant } = caller.admission;
  if (grant !== undefined || name === undefined) {
    if (asked.kind === "decision") return { kind: "not-found" };
    return startUnsavedTurn({ asked, history }, caller, deps);
  }
  const { conversationId, run } = (await findLatestRun(userId, name, deps)) ?? {};
  if (run?.state === "running" && hasLeft(run.messageId)) {
    // A token of a session that has ended must not stop anything.
    const checked = await deps.store.count(await caller.checkSession(), caller.origin.payer);
    if (checked.kind !== "admitted") return checked;
    await resolvesWithin(run.end(), endingMilliseconds);
  }
  const request = { conversationId, clientKey: name, dialect: "ai-sdk", asked } as const;
  return startTurn(
    { ...request, replaces: replacementIn(conversationId, name, replaces) },
    caller,
    deps,
  );
}

/**
 * A client that names a conversation by Docent's id may not have loaded its messages: what it shows first need not be
 * the first.
 */
function replacementIn(
  conversationId: string | undefined,
  name: string,
  replaces: Replacement | undefined,
): Replacement | undefined {
  return replaces && conversationId === name ? { ...replaces, otherwise: "last-turn" } : replaces;
}

/** A question with all that it needs; what the caller sends only affects the caller's own answer. */
interface UnsavedQuestion extends Pick<
  Turn,
  "history" | "following" | "instructions" | "clientTools" | "answerTokens"
> {
  readonly asked: AskedQuestion;
  /** `ai-sdk` by default. */
  readonly dialect?: Dialect;
  readonly request?: string | undefined;
}

/**
 * Answers a question from the messages in the request; stores only counts: for the rate limit, and of tokens.
 *
 * @throws PortFailure
 */
export async function startUnsavedTurn(
  { asked, history, dialect = "ai-sdk", request, ...more }: UnsavedQuestion,
  { admission, tools, origin }: TurnCaller,
  deps: TurnDependencies,
): Promise<Checked<OwnRun>> {
  const { store } = deps;
  const counted = await store.count(admission, origin.payer);
  if (counted.kind !== "admitted") return counted;
  const now = deps.clock.now();
  const ids = { conversationId: uuidV7(now), messageId: uuidV7(now) };
  // A selection is answered without the earlier turns.
  const told =
    asked.selection === undefined ? { ...more, history, tools } : { history: [], tools: [] };
  const isOverBudget = counted.value.over_budget;
  const turn: Turn = { ...ids, userId: admission.userId, origin, isOverBudget, asked, ...told };
  /** An answer that is not counted is no worse for its reader. */
  const countOnly = (count: AnswerCount) =>
    store.countEnded(count).catch((error: unknown) => {
      deps.logger.warn("answer not counted", { cause: describeCause(error) });
    });
  const unsaved = {
    ...deps,
    store: {
      ...store,
      saveEnded: ({ count }: EndedAnswer) => countOnly(count),
      removeTurn: (_id: string, count: AnswerCount) => countOnly(count),
    },
    checkpoints: { watch: () => () => 0 },
    confirmations: { ...deps.confirmations, add: refuseConfirmation },
  };
  const run = deps.runs.start({
    ...ids,
    ownerId: turn.userId,
    dialect,
    request,
    kept: false,
    work: answering(turn, unsaved),
  });
  return { ...counted, value: run };
}
