import type { ModelMessage } from "../../ports/language-model.ts";
import { toMessages, type StoredCall } from "../tools/stored-call.ts";

/** A message as it is stored. */
export interface PastMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly tool_calls: readonly StoredCall[];
  /** Ids of the documents that an answer cites, if known. */
  readonly cited?: readonly string[];
}

/** Ids of the documents that the last answer with sources cites, without duplicates. */
export function lastCited(past: readonly PastMessage[]): readonly string[] {
  return [...new Set(past.findLast(({ cited }) => cited?.length)?.cited)];
}

/** Tokens of earlier turns, at most, that a model reads. */
const tokenBudget = 6000;
/** Longer tool results, in characters, are not sent to the model again: they are rarely of use later. */
const resultLength = 6000;
const longResult = JSON.stringify({
  note: "Too long to repeat. Call the tool again if you need it.",
});

/**
 * The newest messages, with their tool calls, that fit the token budget as a whole; oldest first. Where earlier ones
 * are left out, they begin with a question.
 */
export function recall(past: readonly PastMessage[]): ModelMessage[] {
  const recalled: ModelMessage[][] = [];
  let tokens = 0;
  for (const message of past.toReversed()) {
    const messages = replay(message);
    tokens += messages.reduce((sum, each) => sum + weigh(each), 0);
    if (tokens > tokenBudget) break;
    recalled.push(messages);
  }
  const messages = recalled.toReversed().flat();
  return recalled.length < past.length ? fromFirstQuestion(messages) : messages;
}

/** As `recall`; a result is never without the call that it belongs to. */
export function recallMessages(past: readonly ModelMessage[]): ModelMessage[] {
  let tokens = 0;
  const before = past.findLastIndex((message) => (tokens += weigh(message)) > tokenBudget);
  const newest = before < 0 ? past : fromFirstQuestion(past.slice(before + 1));
  const first = newest.findIndex(({ role }) => role !== "tool");
  return first < 0 ? [] : newest.slice(first);
}

/**
 * The messages of a history that was cut, from its first question on if it has one: the templates of many models
 * refuse a history that begins with an answer.
 */
export function fromFirstQuestion<Message extends { readonly role: string }>(
  messages: readonly Message[],
): Message[] {
  const first = messages.findIndex(({ role }) => role === "user");
  return messages.slice(Math.max(first, 0));
}

/** A stored message as messages to a model. */
export function replay({ role, content, tool_calls }: PastMessage): ModelMessage[] {
  if (role === "user") return [{ role, content }];
  const clients = tool_calls.filter(({ client }) => client);
  const own = tool_calls.filter(({ client }) => !client);
  const rounds = Map.groupBy(own, ({ round }) => round);
  const called = [...rounds.values()].flatMap((calls) => toMessages("", calls)).map(shorten);
  // The text comes before these calls, which end an answer.
  if (clients.length > 0) return [...called, ...toMessages(content, clients)];
  return content === "" ? called : [...called, { role, content }];
}

function shorten(message: ModelMessage): ModelMessage {
  const isLong = message.role === "tool" && message.content.length > resultLength;
  return isLong ? { ...message, content: longResult } : message;
}

function weigh(message: ModelMessage): number {
  const calls = message.role === "assistant" ? (message.toolCalls ?? []) : [];
  return [message.content, ...calls.map((call) => call.arguments)]
    .map(estimateTokens)
    .reduce((sum, tokens) => sum + tokens, 0);
}

/**
 * Estimates a text's tokens: one for four ASCII characters, for two of most other scripts, and more than one
 * for an ideograph.
 */
export function estimateTokens(text: string): number {
  const ideographs =
    text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu)?.length ?? 0;
  const ascii = text.match(/[\0-\x7f]/g)?.length ?? 0;
  return Math.ceil(ascii / 4 + ideographs * 1.3 + (text.length - ascii - ideographs) / 2);
}
