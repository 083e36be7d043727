import { isUuid } from "../../lib/ids.ts";
import type { Permit } from "../../http/rate-limits/permit.ts";
import type { Database, Statement } from "../../ports/database.ts";
import type { FinishReason, Usage } from "../../ports/language-model.ts";
import { sql } from "../../lib/sql.ts";
import type { PastMessage } from "../answers/history.ts";
import type { Source } from "../parts.ts";
import { pastMessages } from "./store-history.ts";
import type { StoredCall } from "../tools/stored-call.ts";

export interface NewTurn {
  /** A `permit (allowed, remaining, reset_seconds)` for a WITH clause: whether they may ask now. */
  readonly permit: Statement;
  /** A `session (user_id)` for a WITH clause: who asks, if their session still stands. */
  readonly session: Statement;
  readonly conversation:
    | {
        readonly kind: "new";
        readonly id: string;
        readonly title: string;
        /** The client's own name for it, one of the owner's; null: it has none. */
        readonly clientKey: string | null;
      }
    | { readonly kind: "existing"; readonly id: string };
  readonly question: { readonly id: string; readonly content: string };
  readonly answerId: string;
}

export interface BegunTurn {
  readonly permit: Permit;
  readonly signed_in: boolean;
  readonly found: boolean;
  /** Oldest first, without the question just asked. */
  readonly history: readonly PastMessage[];
}

/** An answer as far as it has come. */
export interface GrowingAnswer {
  readonly id: string;
  readonly content: string;
  readonly sources: readonly Source[];
  readonly toolCalls: readonly StoredCall[];
}

export interface EndedAnswer extends GrowingAnswer {
  readonly status: "complete" | "stopped" | "failed";
  readonly finishReason: FinishReason | null;
  readonly usage: Usage;
}

export function createChatStore(database: Database) {
  return {
    /**
     * Everything a turn writes before its answer, in one statement and so in one round trip: the guest
     * where one is new, the conversation, the question, and the answer's empty row. Writes nothing at all
     * when the asker has used up the limit, the session has ended, or the conversation is not the asker's.
     */
    async begin({
      permit,
      session,
      conversation,
      question,
      answerId,
    }: NewTurn): Promise<BegunTurn> {
      const owned =
        conversation.kind === "new"
          ? sql`insert into conversations (id, owner_id, title, client_key)
              select ${conversation.id}::uuid, user_id, ${conversation.title}::text,
                ${conversation.clientKey}::text from asker
              on conflict (owner_id, client_key) do nothing
              returning id`
          : sql`update conversations set updated_at = now()
              where id = ${conversation.id}::uuid and owner_id = (select user_id from asker)
              returning id`;
      const [row] = await database.query<BegunTurn>(sql`
        with ${permit}, ${session}, asker as (
          select user_id from session where (select allowed from permit)
        ), conversation as (${owned}), written as (
          insert into messages (id, conversation_id, role, content, status)
          select ${question.id}::uuid, id, 'user', ${question.content}::text, 'complete' from conversation
          union all
          select ${answerId}::uuid, id, 'assistant', '', 'streaming' from conversation
        )
        select
          (select to_jsonb(permit) from permit) as permit,
          exists (select from session) as signed_in,
          exists (select from conversation) as found,
          ${pastMessages} as history`);
      if (!row) throw new Error("a statement without a row");
      return row;
    },

    /** Keeps what some answers have come to so far, unless they have ended meanwhile. */
    async saveGrowing(answers: readonly GrowingAnswer[]): Promise<void> {
      await database.query(sql`
        update messages set content = given.content, sources = given.sources::jsonb,
          tool_calls = given.tool_calls::jsonb, updated_at = now()
        from unnest(
          ${answers.map(({ id }) => id)}::uuid[],
          ${answers.map(({ content }) => content)}::text[],
          ${answers.map(({ sources }) => JSON.stringify(sources))}::text[],
          ${answers.map(({ toolCalls }) => JSON.stringify(toolCalls))}::text[]
        ) as given (id, content, sources, tool_calls)
        where messages.id = given.id and status = 'streaming'`);
    },

    /** Keeps an answer as it ended, which is final. */
    async saveEnded(answer: EndedAnswer): Promise<void> {
      await database.query(sql`
        update messages set
          content = ${answer.content}::text,
          status = ${answer.status}::text,
          sources = ${JSON.stringify(answer.sources)}::text::jsonb,
          tool_calls = ${JSON.stringify(answer.toolCalls)}::text::jsonb,
          finish_reason = ${answer.finishReason}::text,
          usage = ${JSON.stringify(answer.usage)}::text::jsonb,
          updated_at = now()
        where id = ${answer.id}::uuid and status = 'streaming'`);
    },

    /** Counts a message that is not written down. */
    async count(permit: Statement): Promise<Permit> {
      const [row] = await database.query<Permit>(sql`
        with ${permit} select allowed, remaining, reset_seconds from permit`);
      if (!row) throw new Error("a statement without a row");
      return row;
    },

    /** The id of this user's conversation of that id, or of that name of the client's. */
    async find(userId: string, name: string): Promise<string | undefined> {
      const isIt = sql`id = ${isUuid(name) ? name : null}::uuid`;
      const [row] = await database.query<{ id: string }>(sql`
        select id from conversations
        where owner_id = ${userId}::uuid and (${isIt} or client_key = ${name}::text)
        order by ${isIt} desc nulls last limit 1`);
      return row?.id;
    },
  };
}

export type ChatStore = ReturnType<typeof createChatStore>;
