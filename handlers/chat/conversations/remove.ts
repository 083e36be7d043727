import type { Runs } from "../turns/runs.ts";
import type { ConversationStore } from "./store.ts";

/**
 * Deletes a conversation and stops its running answer; false when the owner has no conversation of this id.
 * Another instance's running answer loses its row, so that it is stopped at its next checkpoint.
 *
 * @throws PortFailure
 */
export async function removeConversation(
  { store, runs }: { store: ConversationStore; runs: Runs },
  ownerId: string,
  id: string,
): Promise<boolean> {
  // Deleting first proves the ownership; and a question stored a moment ago may not have its run yet.
  if (!(await store.remove(ownerId, id))) return false;
  const run = await runs.findBegun({ conversationId: id, ownerId });
  await run?.end();
  return true;
}
