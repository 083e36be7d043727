import { decodeTimeCursor, toPage } from "../../lib/paging.ts";
import type { ConversationStore, ConversationRecord } from "./store.ts";

/** The cursor's order, of which there is one. */
const sort = "-updated_at";

export interface ConversationListRequest {
  readonly q: string;
  readonly cursor: string | undefined;
  readonly limit: number;
}

export interface ConversationList {
  readonly conversations: readonly ConversationRecord[];
  readonly next_cursor: string | null;
}

/**
 * A page of an owner's conversations, or what is wrong with the cursor; somebody without an identity
 * (undefined) has none. Throws PortFailure.
 */
export async function listConversations(
  store: ConversationStore,
  ownerId: string | undefined,
  { q, cursor, limit }: ConversationListRequest,
): Promise<ConversationList | "invalid-cursor"> {
  const after = cursor === undefined ? undefined : decodeTimeCursor(cursor, sort);
  if (cursor !== undefined && !after) return "invalid-cursor";
  if (ownerId === undefined) return { conversations: [], next_cursor: null };
  const found = await store.list(ownerId, { q, after, limit: limit + 1 });
  const { rows, next_cursor } = toPage(found, limit, sort, ({ place }) => place);
  return { conversations: rows.map(({ conversation }) => conversation), next_cursor };
}
