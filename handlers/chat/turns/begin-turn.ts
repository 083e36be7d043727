import type { Admission, Admitted, Refused } from "../../http/access/admission.ts";
import { isUuid } from "../../lib/ids.ts";
import type { Tool } from "../../lib/tool.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Turn } from "../answers/converse.ts";
import { lastCited, recall } from "../answers/history.ts";
import type { Question } from "../answers/retrieve-context.ts";
import type { ConfirmationStore } from "../tools/store-confirmations.ts";
import type { ChatStore, NewTurn } from "./store.ts";

/** Who takes a turn, and what the assistant may do for them. */
export interface TurnCaller {
  readonly admission: Admission;
  readonly tools: readonly Tool[];
}

type Verdict = "approved" | "declined";

export type AskedQuestion = { readonly kind: "question" } & Question;

/** The user's answer to a confirmation. */
export interface AskedDecision {
  readonly kind: "decision";
  readonly id: string;
  readonly decision: Verdict;
}

/** Why a turn does not begin although its caller was let in. */
export interface NotBegun {
  /**
   * `busy`: the conversation's last answer is still being made. `used`, `expired`: the confirmation was
   * answered before, or too late.
   */
  readonly kind: "not-found" | "busy" | "used" | "expired";
}

/** A turn's first write: what is to be answered, or why it is not. */
export type TurnBeginning =
  | Admitted<Pick<Turn, "history" | "citedIds" | "tools" | "asked">>
  | Refused
  | NotBegun;

export interface BeginDependencies {
  readonly store: ChatStore;
  readonly confirmations: ConfirmationStore;
  readonly clock: Clock;
}

/** Writes a question and the empty row of its answer. Throws PortFailure. */
export async function beginQuestion(
  asked: AskedQuestion,
  ids: Pick<NewTurn, "conversation" | "answerId"> & { readonly questionId: string },
  { admission, tools }: TurnCaller,
  { store }: BeginDependencies,
): Promise<TurnBeginning> {
  const { conversation, answerId } = ids;
  const question = { id: ids.questionId, content: asked.text };
  const begun = await store.begin({ admission, conversation, question, answerId });
  if (begun.kind !== "admitted") return begun;
  // Nobody else's can be in the way of a new one, only one of that name that began at the same moment.
  if (!begun.value.found) return { kind: conversation.kind === "new" ? "busy" : "not-found" };
  // A selection is answered from alone: earlier turns would colour it.
  if (asked.selection !== undefined) return { ...begun, value: { history: [], tools: [], asked } };
  const { history } = begun.value;
  const value = { history: recall(history), citedIds: lastCited(history), tools, asked };
  return { ...begun, value };
}

/**
 * Uses a confirmation up and writes the empty row of the answer that tells of it. What is confirmed is
 * what was stored when the user was asked: nothing of it is taken from the request. Throws PortFailure.
 */
export async function beginDecision(
  { id, decision }: AskedDecision,
  ids: { readonly conversationId: string; readonly answerId: string },
  { admission, tools }: TurnCaller,
  { confirmations, clock }: BeginDependencies,
): Promise<TurnBeginning> {
  if (!isUuid(id)) return { kind: "not-found" };
  const begun = await confirmations.decide({
    id,
    decision,
    admission,
    ...ids,
    tools: tools.map(({ name }) => name),
    now: new Date(clock.now()),
  });
  if (begun.kind !== "admitted") return begun;
  const { state, tool, arguments: input, history } = begun.value;
  if (state === "used" || state === "expired") return { kind: state };
  if (state === null || tool === null) return { kind: "not-found" };
  const asked = { kind: "decision", confirmationId: id, decision, tool, arguments: input } as const;
  return { ...begun, value: { history: recall(history), tools, asked } };
}
