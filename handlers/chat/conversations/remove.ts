import type { Runs } from "../run.ts";
import type { ConversationStore } from "./store.ts";

/**
 * Deletes a conversation and whatever is still being said in it; false when the owner has none of this
 * id. Throws PortFailure.
 */
export async function removeConversation(
  { store, runs }: { store: ConversationStore; runs: Runs },
  ownerId: string,
  id: string,
): Promise<boolean> {
  const stop = async () => {
    const run = runs.find(id);
    if (run?.ownerId !== ownerId) return;
    run.stop();
    await run.done;
  };
  await stop();
  const isRemoved = await store.remove(ownerId, id);
  // A question may have been on its way in. Its answer has no row any more: saving it changes nothing.
  if (isRemoved) await stop();
  return isRemoved;
}
