import type { Confirmation, Decision, StoredMessage } from "../../../contract/conversation.ts";

/** The fields of a confirmation that the page shows. */
export type ShownConfirmation = Pick<Confirmation, "id" | "tool" | "summary" | "expires_at">;

/** A confirmation in a stored conversation. */
export interface StoredConfirmation extends ShownConfirmation {
  readonly decision: Decision | undefined;
}

/** The server accepts an answer to a confirmation for this long, in milliseconds. */
const lifetime = 10 * 60_000;

/**
 * The confirmations of a conversation, by the id of the message that asks for them. A decision is stored with a
 * later call, whose id is `call_` and the confirmation's id.
 */
export function findConfirmations(
  messages: readonly StoredMessage[],
): Map<string, StoredConfirmation[]> {
  const decisions = new Map(
    messages.flatMap(({ tool_calls: calls }) =>
      calls.map(({ id, decision }) => [id, decision] as const),
    ),
  );
  return new Map(
    messages.map(({ id: messageId, created_at, tool_calls: calls }) => {
      const expires = new Date(Date.parse(created_at) + lifetime);
      const expires_at = Number.isNaN(expires.getTime()) ? "" : expires.toISOString();
      const asked = calls.flatMap(({ status, confirmation_id: id, tool, summary = "" }) => {
        if (status !== "needs_confirmation" || id === undefined) return [];
        return [{ id, tool, summary, expires_at, decision: decisions.get(`call_${id}`) }];
      });
      return [messageId, asked];
    }),
  );
}
