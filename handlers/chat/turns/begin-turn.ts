import type { Admission, Admitted, Refused } from "../../http/access/admission.ts";
import { isUuid } from "../../lib/ids.ts";
import type { Tool } from "../../lib/tool.ts";
import type { Clock } from "../../ports/clock.ts";
import type { TurnOrigin } from "../answers/account.ts";
import type { Turn } from "../answers/converse.ts";
import type { Grounding } from "../../ports/language-model.ts";
import { lastCited, recall } from "../answers/history.ts";
import { writePrompt } from "../answers/prompt.ts";
import {
  retrieveAhead,
  type ContextDependencies,
  type Question,
} from "../answers/retrieve-context.ts";
import type { ConfirmationStore, GivenDecision } from "../tools/store-confirmations.ts";
import type { HeadStarts } from "./head-start.ts";
import type { ChatStore, NewTurn } from "./store.ts";

/** The caller of a turn, and the tools that the assistant may use for them. */
export interface TurnCaller {
  readonly admission: Admission;
  readonly tools: readonly Tool[];
  readonly origin: TurnOrigin;
}

type Verdict = "approved" | "declined";

export type AskedQuestion = { readonly kind: "question" } & Question;

/** The user's answer to a confirmation. */
export interface AskedDecision {
  readonly kind: "decision";
  readonly id: string;
  readonly decision: Verdict;
}

/** What a user asks by one message. */
export type AskedTurn = AskedQuestion | AskedDecision;

/** Why an admitted caller's turn does not begin. */
export interface NotBegun {
  /**
   * `busy`: the conversation's last answer is still running. `used`, `expired`: the confirmation was answered
   * before, or is too old.
   */
  readonly kind: "not-found" | "busy" | "used" | "expired";
}

/** The result of a turn's first write: the input of the answer, or why there is none. */
export type TurnBeginning =
  | Admitted<Omit<Turn, "conversationId" | "userId" | "origin">>
  | Refused
  | NotBegun;

export interface BeginDependencies extends ContextDependencies {
  readonly store: ChatStore;
  readonly confirmations: ConfirmationStore;
  readonly headStarts: HeadStarts;
  readonly clock: Clock;
}

/** Inserts a question and the empty row of its answer. @throws PortFailure */
export async function beginQuestion(
  asked: AskedQuestion,
  ids: Pick<NewTurn, "conversation" | "answerId" | "dialect"> & { readonly questionId: string },
  { admission, tools, origin }: TurnCaller,
  deps: BeginDependencies,
): Promise<TurnBeginning> {
  const { questionId, ...rest } = ids;
  const question = { id: questionId, role: "user", content: asked.text, tool_calls: [] } as const;
  const messages = [question];
  const { payer, span } = origin;
  const begin = () => deps.store.begin({ admission, payer, messages, ...rest });
  const write = (grounding: Grounding) =>
    writePrompt(grounding, { tools }, new Date(deps.clock.now()));
  // Only for a conversation's first question: earlier messages may tell what a later one is about.
  const search = () =>
    ids.conversation.kind === "new" ? retrieveAhead(asked, write, deps, span) : undefined;
  const { begun, ahead } = await deps.headStarts.beside(payer, begin, search);
  if (begun.kind !== "admitted") return begun;
  const { state, answer_id: messageId, history, over_budget: isOverBudget } = begun.value;
  const libraryVersion = begun.value.library_version ?? undefined;
  if (state !== "begun") return { kind: state };
  // A selection is answered without the earlier turns, which would influence the answer.
  if (asked.selection !== undefined) {
    return { ...begun, value: { messageId, history: [], tools: [], asked, isOverBudget } };
  }
  const past = { history: recall(history), citedIds: lastCited(history) };
  const value = { messageId, ...past, tools, asked, isOverBudget, ahead, libraryVersion };
  return { ...begun, value };
}

/**
 * Decides a confirmation and inserts the empty row of the answer that reports it. The call is the stored one
 * that the user was shown; the request contains nothing of it.
 *
 * @throws PortFailure
 */
export async function beginDecision(
  { id, decision }: AskedDecision,
  ids: Pick<GivenDecision, "conversationId" | "answerId" | "dialect">,
  { admission, tools, origin }: TurnCaller,
  { confirmations, clock }: BeginDependencies,
): Promise<TurnBeginning> {
  if (!isUuid(id)) return { kind: "not-found" };
  const begun = await confirmations.decide({
    id,
    decision,
    admission,
    payer: origin.payer,
    ...ids,
    tools: tools.map(({ name }) => name),
    now: new Date(clock.now()),
  });
  if (begun.kind !== "admitted") return begun;
  const { state, answer_id: messageId, tool, arguments: input, history } = begun.value;
  const { over_budget: isOverBudget } = begun.value;
  if (state === "used" || state === "expired" || state === "busy") return { kind: state };
  if (state === null || tool === null) return { kind: "not-found" };
  const asked = { kind: "decision", confirmationId: id, decision, tool, arguments: input } as const;
  return { ...begun, value: { messageId, history: recall(history), tools, asked, isOverBudget } };
}
