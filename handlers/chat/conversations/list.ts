import { decodeTimeCursor, toPage } from "../../lib/paging.ts";
import type { ConversationStore, ConversationRecord } from "./store.ts";

/** The only sort order a cursor can have. */
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
 * A page of an owner's conversations; `invalid-cursor` for an unknown cursor. Empty for a caller without an
 * identity (undefined).
 *
 * @throws PortFailure
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
