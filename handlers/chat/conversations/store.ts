import { isUuid } from "../../lib/ids.ts";
import type { Place } from "../../lib/paging.ts";
import type { Database } from "../../ports/database.ts";
import type { FinishReason } from "../../ports/language-model.ts";
import { sql } from "../../lib/sql.ts";
import type { TextSpan } from "../../contract/text-span.ts";
import type { Vote } from "../../contract/conversation.ts";
import type { Source } from "../../contract/source.ts";
import type { EndedAnswer } from "../turns/store.ts";
import { isAnswering } from "../turns/store-lease.ts";
import { readText, unfinishedLog, type WithLog } from "../turns/store-runs.ts";

/** A conversation without its messages. `updated_at` is the time of its last message. */
export interface ConversationRecord {
  readonly id: string;
  readonly title: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export interface MessageRecord {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly sources: readonly Source[];
  readonly unsupported: readonly TextSpan[];
  readonly tool_calls: readonly unknown[];
  readonly status: EndedAnswer["status"] | "streaming" | "interrupted";
  readonly finish_reason: FinishReason | null;
  readonly vote: Vote | null;
  readonly created_at: string;
}

export interface WholeConversation extends ConversationRecord {
  readonly messages: readonly MessageRecord[];
}

interface LoggedConversation extends ConversationRecord {
  readonly messages: readonly (MessageRecord & WithLog)[];
}

export interface ConversationFilter {
  /** Text to find in the title, in any case; empty: no filter. */
  readonly q: string;
  readonly after: Place | undefined;
  readonly limit: number;
}

const columns = sql`id, title, created_at, updated_at`;

/** A message as JSON. An unfinished answer that no process writes any more counts as interrupted. */
const message = sql`jsonb_build_object(
  'id', id,
  'role', role,
  'content', content,
  'log', ${unfinishedLog},
  'sources', sources,
  'unsupported', unsupported,
  'tool_calls', coalesce((
    select jsonb_agg(call - 'round' - 'echo' - 'client' order by place)
    from jsonb_array_elements(tool_calls) with ordinality as calls (call, place)
  ), '[]'),
  'status', case when status = 'streaming' and not ${isAnswering} then 'interrupted' else status end,
  'finish_reason', finish_reason,
  'vote', (select vote from feedback where message_id = messages.id),
  'created_at', to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
)`;

/**
 * Reads and changes conversations; each statement only sees those of `ownerId`. All methods throw PortFailure.
 */
export function createConversationStore(database: Database) {
  return {
    /** The conversations after `after`, the latest used first. */
    async list(
      ownerId: string,
      { q, after, limit }: ConversationFilter,
    ): Promise<{ conversation: ConversationRecord; place: Place }[]> {
      const isFound = q === "" ? sql`true` : sql`strpos(lower(title), lower(${q}::text)) > 0`;
      const isBehind = after
        ? sql`(updated_at, id) < (
            'epoch'::timestamptz + ${after.key}::bigint * interval '1 microsecond', ${after.id}::uuid
          )`
        : sql`true`;
      const rows = await database.query<ConversationRecord & { key: number }>(sql`
        select ${columns}, round(date_part('epoch', updated_at) * 1000000)::bigint as key
        from conversations where owner_id = ${ownerId}::uuid and ${isFound} and ${isBehind}
        order by updated_at desc, id desc limit ${limit}`);
      return rows.map(({ key, ...conversation }) => ({
        conversation,
        place: { key, id: conversation.id },
      }));
    },

    /** A conversation with its messages, oldest first. */
    async read(ownerId: string, id: string): Promise<WholeConversation | undefined> {
      if (!isUuid(id)) return undefined;
      const [row] = await database.query<LoggedConversation>(sql`
        select ${columns}, coalesce((
          select jsonb_agg(${message} order by id)
          from messages where conversation_id = conversations.id
        ), '[]') as messages
        from conversations where id = ${id}::uuid and owner_id = ${ownerId}::uuid`);
      return row && { ...row, messages: row.messages.map((each) => readText(each)) };
    },

    async rename(
      ownerId: string,
      id: string,
      title: string,
    ): Promise<ConversationRecord | undefined> {
      if (!isUuid(id)) return undefined;
      const [row] = await database.query<ConversationRecord>(sql`
        update conversations set title = ${title}::text
        where id = ${id}::uuid and owner_id = ${ownerId}::uuid returning ${columns}`);
      return row;
    },

    /** Deletes a conversation; false when there is none. */
    async remove(ownerId: string, id: string): Promise<boolean> {
      if (!isUuid(id)) return false;
      const rows = await database.query(sql`
        delete from conversations
        where id = ${id}::uuid and owner_id = ${ownerId}::uuid returning id`);
      return rows.length > 0;
    },
  };
}

export type ConversationStore = ReturnType<typeof createConversationStore>;
