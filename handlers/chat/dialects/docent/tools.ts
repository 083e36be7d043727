import type { Confirmation, ToolActivity } from "../../../contract/conversation.ts";
import type { ChatPart } from "../../parts.ts";
import { encodeOutcome } from "../../tools/stored-call.ts";

type Part<Type> = Extract<ChatPart, { type: Type }>;

type Call = Pick<ToolActivity, "id" | "tool" | "arguments">;

/** A tool call as an event's fields. */
export function encodeCall({ id, tool, arguments: input }: Part<"tool-call">): Call {
  return { id, tool, arguments: input };
}

/** A call's result as an event's fields. */
export function encodeResult({
  id,
  tool,
  outcome,
}: Part<"tool-result">): Omit<ToolActivity, "arguments"> {
  return { id, tool, ...encodeOutcome(outcome) };
}

/** A confirmation to ask for, as an event's fields. */
export function encodeConfirmation(part: Part<"confirmation">): Confirmation {
  return {
    id: part.id,
    tool_call_id: part.toolCallId,
    tool: part.tool,
    arguments: part.arguments,
    summary: part.summary,
    expires_at: part.expiresAt,
  };
}
