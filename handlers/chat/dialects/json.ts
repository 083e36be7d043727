import { Problem } from "../../http/problem.ts";
import { json, type Reply } from "../../http/reply.ts";
import type { Run } from "../run.ts";
import { grantFields, type GuestGrant } from "./grant.ts";

/**
 * The same stream collected into one JSON object.
 *
 * @throws Problem 503 or 502 when the answer failed
 */
export async function respondWithJson(run: Run, grant: GuestGrant | undefined): Promise<Reply> {
  for await (const { parts } of run.read(0)) {
    for (const part of parts) {
      if (part.type === "failed") {
        throw new Problem(part.retryable ? 503 : 502, part.code, part.message, {
          headers: part.retryable ? { "retry-after": "2" } : {},
        });
      }
      if (part.type === "finished") {
        return json({
          conversation_id: run.conversationId,
          message_id: run.messageId,
          response: part.content,
          sources: part.sources,
          tool_calls: [],
          confirmations: [],
          usage: part.usage,
          finish_reason: part.finishReason,
          degraded: part.degraded,
          ...grantFields(grant),
        });
      }
    }
  }
  throw new Problem(500, "internal_error", "The answer ended without an end.");
}
