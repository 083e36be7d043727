import type { Decision, ToolActivity } from "../../contract/conversation.ts";
import type { ModelMessage } from "../../ports/language-model.ts";
import type { ChatPart } from "../parts.ts";

export type ToolOutcome = Extract<ChatPart, { type: "tool-result" }>["outcome"];

/** A call's result, as it is stored and sent. */
export type EncodedOutcome = Omit<ToolActivity, "id" | "tool" | "arguments" | "decision">;

/** A call with its result, as stored with its answer. */
export interface StoredCall extends EncodedOutcome {
  readonly id: string;
  readonly tool: string;
  readonly arguments: unknown;
  /** The round of the turn that made it, from 0; calls of one round were made together. */
  readonly round: number;
  /** Data of the model's own, to send back with the call. */
  readonly echo?: object;
  /** Present for a call that the user approved or declined. */
  readonly decision?: Decision;
  /**
   * Present for a call of a tool that the client runs itself: `arguments` are the model's text, and `result` is there
   * once the client has sent it, as `output`.
   */
  readonly client?: true;
}

/** A call that the user approved or declined. */
export interface DecidedCall {
  readonly confirmationId: string;
  readonly decision: Decision;
  readonly tool: string;
  /** As stored when the user was asked. */
  readonly arguments: unknown;
}

/** A call's outcome in the form that is stored and sent. */
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
 * The user's message before a decided call, because some models accept calls only after one. It names no
 * action, so that no parser takes it for a request.
 */
const decisionNotes = {
  approved: "(I pressed “Approve”.)",
  declined: "(I pressed “Decline”.)",
} as const;

/** A round as messages to a model: its text and calls, then each result. */
export function toMessages(content: string, calls: readonly StoredCall[]): ModelMessage[] {
  const decision = calls[0]?.decision;
  const said: ModelMessage = {
    role: "assistant",
    content,
    toolCalls: calls.map(({ id, tool, arguments: input, echo, client }) => ({
      id,
      name: tool,
      // Arguments that are not JSON would be refused by the model's server.
      arguments:
        client && typeof input === "string" ? input : JSON.stringify(isRecord(input) ? input : {}),
      ...(echo && { echo }),
    })),
  };
  const results = calls.map((call): ModelMessage => ({
    role: "tool",
    toolCallId: call.id,
    content: call.client ? readOutput(call) : JSON.stringify(asModelReads(call)),
  }));
  const note = decision && ({ role: "user", content: decisionNotes[decision] } as const);
  return [...(note ? [note] : []), said, ...results];
}

/** What the client's tool returned, as text. */
function readOutput({ result }: StoredCall): string {
  const output = result?.["output"];
  return typeof output === "string" ? output : "The client has not sent a result of this call.";
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
