import type { Confirmation, ToolActivity } from "../../../contract/conversation.ts";
import type { ChatPart } from "../../parts.ts";
import { encodeOutcome } from "../../tools/stored-call.ts";

type Part<Type> = Extract<ChatPart, { type: Type }>;

type Call = Pick<ToolActivity, "id" | "tool" | "arguments">;

export function encodeCall({ id, tool, arguments: input }: Part<"tool-call">): Call {
  return { id, tool, arguments: input };
}

export function encodeResult({
  id,
  tool,
  outcome,
}: Part<"tool-result">): Omit<ToolActivity, "arguments"> {
  return { id, tool, ...encodeOutcome(outcome) };
}

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
