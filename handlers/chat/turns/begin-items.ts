import type { Turn } from "../answers/converse.ts";
import { lastCited, recall, replay, type PastMessage } from "../answers/history.ts";
import type { BeginDependencies, TurnBeginning, TurnCaller } from "./begin-turn.ts";
import type { NewTurn } from "./store.ts";
import type { ContinuedAnswer } from "./store-responses.ts";

/** A turn as a client asks for it that sends several messages, or results of its own tools. */
export interface AskedItems extends Pick<Turn, "instructions" | "clientTools" | "answerTokens"> {
  readonly kind: "items";
  /** What the turn adds to the conversation; the last user message is the question. */
  readonly messages: readonly PastMessage[];
  /** The answer that the turn goes on from; undefined in a new conversation. */
  readonly continues: ContinuedAnswer | undefined;
}

/** Inserts what the client sends, and the empty row of the answer. @throws PortFailure */
export async function beginItems(
  { kind: _kind, messages, continues, ...asked }: AskedItems,
  ids: Pick<NewTurn, "conversation" | "answerId" | "dialect" | "request"> & {
    readonly messageIds: readonly string[];
  },
  { admission, tools, origin }: TurnCaller,
  { store }: BeginDependencies,
): Promise<TurnBeginning> {
  const { messageIds, ...rest } = ids;
  const added = messageIds.flatMap((id, index) => {
    const message = messages[index];
    return message ? [{ ...message, id }] : [];
  });
  const turn = { admission, payer: origin.payer, messages: added, continues, ...rest };
  const begun = await store.begin(turn);
  if (begun.kind !== "admitted") return begun;
  const { state, answer_id: messageId, history, over_budget: isOverBudget } = begun.value;
  const libraryVersion = begun.value.library_version ?? undefined;
  if (state !== "begun") return { kind: state };
  const past = [...history.slice(0, -1), ...history.slice(-1).map(addResultsTo(continues))];
  const value = {
    ...readMessages([...past, ...messages]),
    ...asked,
    messageId,
    isNamed: true,
    tools,
    isOverBudget,
    libraryVersion,
  };
  return { ...begun, value };
}

/** A turn's question, and what stands before and after it. */
export function readMessages(messages: readonly PastMessage[]) {
  const at = Math.max(
    messages.findLastIndex(({ role }) => role === "user"),
    0,
  );
  const before = messages.slice(0, at);
  return {
    history: recall(before),
    citedIds: lastCited(before),
    following: messages.slice(at + 1).flatMap(replay),
    asked: {
      kind: "question",
      text: messages[at]?.content ?? "",
      selection: undefined,
      scope: {},
    },
  } as const;
}

function addResultsTo(continues: ContinuedAnswer | undefined) {
  return (message: PastMessage): PastMessage => ({
    ...message,
    tool_calls: message.tool_calls.map((call) => {
      const output = continues?.results[call.id];
      return output === undefined ? call : { ...call, result: { output } };
    }),
  });
}
