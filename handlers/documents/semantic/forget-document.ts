import type { Database } from "../../ports/database.ts";
import type { VectorStore } from "../../ports/vector-store.ts";
import { findRemoved, readSets, unnotePassages } from "./store-vector-sets.ts";

/**
 * Deletes the vectors of a document that was removed, in all sets. What cannot be deleted now stays noted, and the
 * background embedder deletes it later.
 *
 * @throws PortFailure
 */
export async function forgetDocument(
  documentId: string,
  deps: { readonly database: Database; readonly stores: readonly VectorStore[] },
  signal: AbortSignal,
): Promise<void> {
  const { database, stores } = deps;
  const removed = await findRemoved(database, documentId);
  if (removed.length === 0) return;
  const sets = await readSets(database);
  for (const { set: id, numbers } of removed) {
    const set = sets.find((each) => each.id === id);
    const store = stores.find(({ name }) => name === set?.store);
    if (set === undefined || store === undefined) continue;
    await store.remove(set, numbers, signal);
    await unnotePassages(database, id, numbers);
  }
}
