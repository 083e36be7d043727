import type { StoredMessage } from "../../../contract/conversation.ts";
import type { AnswerView } from "../answers/answer-view.ts";
import { findConfirmations, type StoredConfirmation } from "../answers/stored-confirmations.ts";
import type { Api } from "../lib/api.ts";
import { rest } from "../lib/connection.ts";
import type { Trouble } from "../lib/wire.ts";
import { cutOff } from "./troubles.ts";

/** Milliseconds between two looks at an answer that another instance may still be writing. */
const lookEvery = 2000;

/** Whether a stored answer lacks its end. */
export function isCutOff({ status }: StoredMessage): boolean {
  return status === "interrupted" || status === "failed";
}

/**
 * The messages to add to a conversation whose last shown answer is `lastShown`; undefined: those on the screen have
 * changed too, because that answer is gone, because a decision has settled a confirmation, or because the question that
 * seemed to be lost, `unsent`, is stored.
 */
export function newsAfter(
  lastShown: string | undefined,
  messages: readonly StoredMessage[],
  unsent: string | undefined,
): readonly StoredMessage[] | undefined {
  const known = messages.findIndex(({ id }) => id === lastShown);
  if (known < 0) return undefined;
  const news = messages.slice(known + 1);
  const isDecided = news.some(({ tool_calls: calls }) => calls.some(({ decision }) => decision));
  const isSent = news.some(({ role, content }) => role === "user" && content === unsent);
  return isDecided || isSent ? undefined : news;
}

/** The note below an answer that did not come to its own end; empty for any other. */
export function noteOn(finishReason: StoredMessage["finish_reason"]): string {
  if (finishReason === "length") return "This answer reached its greatest length.";
  return finishReason === "cancelled" ? "Stopped" : "";
}

/** Shows a stored answer. @param note shown below it; empty: none */
export function showStored(
  message: StoredMessage,
  answer: AnswerView,
  confirmations: readonly StoredConfirmation[] = [],
  note = message.status === "stopped" ? noteOn("cancelled") : noteOn(message.finish_reason),
): void {
  const { id, vote, content, sources, unsupported, tool_calls: calls } = message;
  for (const call of calls) answer.tool(call);
  for (const confirmation of confirmations) answer.confirm(confirmation);
  answer.finish({ id, vote, content, sources, unsupported, note });
}

/**
 * Shows a conversation's last answer, which no connection brings any more, once it has ended. An answer that
 * no instance writes any more counts as interrupted within 5 s. Resolves to the trouble if its end is missing.
 *
 * @throws RequestFailure, or the reason of `signal`
 */
export async function showLast(
  api: Api,
  conversation: string,
  answer: AnswerView,
  signal: AbortSignal,
): Promise<Trouble | undefined> {
  for (;;) {
    const { messages } = await api.readConversation(conversation);
    signal.throwIfAborted();
    const last = messages.findLast(({ role }) => role === "assistant");
    if (last?.status !== "streaming") {
      if (last) showStored(last, answer, findConfirmations(messages).get(last.id));
      else answer.finish({ content: answer.words(), sources: [] });
      return last && !isCutOff(last) ? undefined : cutOff;
    }
    const words = answer.words();
    if (last.content.startsWith(words)) answer.push(last.content.slice(words.length));
    answer.report("Waiting for the rest of the answer…");
    await rest(lookEvery, signal);
  }
}
