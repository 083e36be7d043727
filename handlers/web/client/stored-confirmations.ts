import type { Confirmation, Decision, StoredMessage, ToolCall } from "./wire.ts";

/** A confirmation as a reload finds it. */
export interface StoredConfirmation extends Confirmation {
  readonly decision: Decision | undefined;
}

/** Milliseconds for which the server holds a confirmation open. */
const lifetime = 10 * 60_000;

/**
 * The confirmations of a conversation by the id of the message that asks for them. What came of one is
 * told by a later call: the same tool with the same arguments, which carries the decision.
 */
export function findConfirmations(
  messages: readonly StoredMessage[],
): Map<string, StoredConfirmation[]> {
  const found = new Map<string, StoredConfirmation[]>();
  const open: { call: ToolCall; decide: (decision: Decision) => void }[] = [];
  for (const { id: messageId, created_at, tool_calls: calls = [] } of messages) {
    const expires = new Date(Date.parse(created_at ?? "") + lifetime);
    const expires_at = Number.isNaN(expires.getTime()) ? "" : expires.toISOString();
    const mine: StoredConfirmation[] = [];
    for (const call of calls) {
      if (call.decision) {
        const index = open.findLastIndex((asked) => isSame(asked.call, call));
        open.splice(index, index < 0 ? 0 : 1)[0]?.decide(call.decision);
      }
      const { confirmation_id: id, tool, summary = "" } = call;
      if (call.status !== "needs_confirmation" || id === undefined) continue;
      const place = mine.push({ id, tool, summary, expires_at, decision: undefined }) - 1;
      open.push({
        call,
        decide: (decision) =>
          void mine.splice(place, 1, { id, tool, summary, expires_at, decision }),
      });
    }
    found.set(messageId, mine);
  }
  return found;
}

function isSame(one: ToolCall, other: ToolCall): boolean {
  return (
    one.tool === other.tool && JSON.stringify(one.arguments) === JSON.stringify(other.arguments)
  );
}
