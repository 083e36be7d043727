import type { ChatAnswer, GuestGrant } from "../../../contract/chat.ts";
import type { Confirmation, ToolActivity } from "../../../contract/conversation.ts";
import { problemKinds } from "../../../contract/problems.ts";
import { Problem } from "../../../http/problem.ts";
import { json, type Reply } from "../../../http/reply.ts";
import type { Run } from "../../turns/run.ts";
import { grantFields } from "./grant.ts";
import { encodeCall, encodeConfirmation, encodeResult } from "./tools.ts";

/**
 * Waits for the run's end and sends the answer as one JSON object.
 *
 * @throws Problem with the failure's code when the answer failed
 */
export async function respondWithJson(run: Run, grant: GuestGrant | undefined): Promise<Reply> {
  const calls = new Map<string, ToolActivity>();
  const confirmations: Confirmation[] = [];
  for await (const { parts } of run.read(0)) {
    for (const part of parts) {
      if (part.type === "tool-call") calls.set(part.id, encodeCall(part));
      if (part.type === "tool-result") {
        const call = calls.get(part.id);
        if (call) calls.set(part.id, { ...call, ...encodeResult(part) });
      }
      if (part.type === "confirmation") confirmations.push(encodeConfirmation(part));
      if (part.type === "failed") {
        throw new Problem(problemKinds[part.code].status, part.code, part.message, {
          headers: part.retryable ? { "retry-after": "2" } : {},
        });
      }
      if (part.type === "finished") {
        const answer: ChatAnswer = {
          conversation_id: run.conversationId,
          message_id: run.messageId,
          response: part.content,
          sources: part.sources,
          related: part.related,
          unsupported: part.unsupported,
          tool_calls: [...calls.values()],
          confirmations,
          usage: part.usage,
          finish_reason: part.finishReason,
          degraded: part.degraded,
          ...grantFields(grant),
        };
        return json(answer);
      }
    }
  }
  throw new Problem(500, "internal_error", "The answer ended without an end.");
}
