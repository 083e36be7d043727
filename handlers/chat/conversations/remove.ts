import type { Runs } from "../turns/run.ts";
import type { ConversationStore } from "./store.ts";

/**
 * Deletes a conversation and ends what is still being said in it; false when the owner has none of this
 * id. An answer that another instance is writing has no row any more: saving it changes nothing.
 * Throws PortFailure.
 */
export async function removeConversation(
  { store, runs }: { store: ConversationStore; runs: Runs },
  ownerId: string,
  id: string,
): Promise<boolean> {
  // Only now is it known whose it was; and a question written before may not be a run yet.
  if (!(await store.remove(ownerId, id))) return false;
  const run = await runs.findBegun({ conversationId: id, ownerId });
  run?.stop();
  await run?.done;
  return true;
}
