import type { Decision, ToolActivity } from "../../contract/conversation.ts";
import type { ModelMessage } from "../../ports/language-model.ts";
import type { ChatPart } from "../parts.ts";

export type ToolOutcome = Extract<ChatPart, { type: "tool-result" }>["outcome"];

/** What came of a call, as it is stored and sent. */
export type EncodedOutcome = Omit<ToolActivity, "id" | "tool" | "arguments" | "decision">;

/** A call with what came of it, as it is kept with its answer. */
export interface StoredCall extends EncodedOutcome {
  readonly id: string;
  readonly tool: string;
  readonly arguments: unknown;
  /** Which time the model was asked in its turn, from 0; those of one round were made together. */
  readonly round: number;
  /** The model's own, to be given back to it. */
  readonly echo?: object;
  /** Present when it is the user's answer to a confirmation that set it off, or did not. */
  readonly decision?: Decision;
}

/** A call that its user has confirmed, or would not have. */
export interface DecidedCall {
  readonly confirmationId: string;
  readonly decision: Decision;
  readonly tool: string;
  /** As they were stored when the user was asked. */
  readonly arguments: unknown;
}

export function encodeOutcome(outcome: ToolOutcome): EncodedOutcome {
  switch (outcome.kind) {
    case "done":
      return { result: { ...outcome.result } };
    case "failed":
      return { error: outcome.error, message: outcome.message };
    case "needs-confirmation":
      return {
        status: "needs_confirmation",
        confirmation_id: outcome.confirmationId,
        summary: outcome.summary,
      };
  }
}

/**
 * Stands before a decided call where a person speaks: some models accept calls behind a user's message
 * alone. It approves nothing and names nothing, so that no parser can take it for a request.
 */
const decisionNotes = {
  approved: "(I pressed “Approve”.)",
  declined: "(I pressed “Decline”.)",
} as const;

/** A round of calls as a model reads it: what it said and called, then each result. */
export function toMessages(content: string, calls: readonly StoredCall[]): ModelMessage[] {
  const decision = calls[0]?.decision;
  const said: ModelMessage = {
    role: "assistant",
    content,
    toolCalls: calls.map(({ id, tool, arguments: input, echo }) => ({
      id,
      name: tool,
      // Text that could not be read would be turned down a second time, by the model's own server.
      arguments: JSON.stringify(isRecord(input) ? input : {}),
      ...(echo && { echo }),
    })),
  };
  const results = calls.map((call): ModelMessage => ({
    role: "tool",
    toolCallId: call.id,
    content: JSON.stringify(asModelReads(call)),
  }));
  const note = decision && ({ role: "user", content: decisionNotes[decision] } as const);
  return [...(note ? [note] : []), said, ...results];
}

function asModelReads(call: StoredCall): object {
  if (call.result) return call.result;
  if (call.decision === "declined") {
    return { status: "declined", message: "The user declined; nothing was done." };
  }
  if (call.error !== undefined) return { error: call.error, message: call.message };
  const { status, confirmation_id, summary } = call;
  const message = "Nothing is done yet. The user is being asked to confirm it.";
  return { status, confirmation_id, summary, message };
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
