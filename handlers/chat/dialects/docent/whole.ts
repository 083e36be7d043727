import type { GuestGrant } from "../../../http/access/identity.ts";
import { Problem } from "../../../http/problem.ts";
import { json, type Reply } from "../../../http/reply.ts";
import type { Run } from "../../turns/run.ts";
import { grantFields } from "./grant.ts";
import { encodeCall, encodeConfirmation, encodeResult } from "./tools.ts";

/**
 * The same stream collected into one JSON object.
 *
 * @throws Problem 503 or 502 when the answer failed
 */
export async function respondWithJson(run: Run, grant: GuestGrant | undefined): Promise<Reply> {
  const calls = new Map<string, object>();
  const confirmations: object[] = [];
  for await (const { parts } of run.read(0)) {
    for (const part of parts) {
      if (part.type === "tool-call") calls.set(part.id, encodeCall(part));
      if (part.type === "tool-result") {
        calls.set(part.id, { ...calls.get(part.id), ...encodeResult(part) });
      }
      if (part.type === "confirmation") confirmations.push(encodeConfirmation(part));
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
          tool_calls: [...calls.values()],
          confirmations,
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
