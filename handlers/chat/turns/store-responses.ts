import { sql } from "../../lib/sql.ts";
import type { Source } from "../../contract/source.ts";
import type { Database, Statement } from "../../ports/database.ts";
import type { FinishReason, Usage } from "../../ports/language-model.ts";
import type { StoredCall } from "../tools/stored-call.ts";
import { readText, state, unfinishedLog, type StoredRun, type WithLog } from "./store-runs.ts";

/** An answer of the dialect `openai-responses` as it is stored. `state`: of its run. */
export interface StoredResponse {
  readonly conversationId: string;
  readonly state: StoredRun["state"];
  readonly status: "streaming" | "complete" | "stopped" | "failed";
  readonly content: string;
  readonly sources: readonly Source[];
  readonly toolCalls: readonly StoredCall[];
  readonly usage: Usage | null;
  readonly finishReason: FinishReason | null;
  /** JSON, as the dialect keeps it. */
  readonly request: string | null;
  /** Milliseconds since 1970: when it ended, or was last saved. */
  readonly savedAt: number;
}

/** An answer that a turn goes on from: of its conversation, only what led to it is read. */
export interface ContinuedAnswer {
  readonly id: string;
  /** What the client's tools returned, by the id of the answer's call. */
  readonly results: Readonly<Record<string, string>>;
}

/** SQL for a WITH clause, with a comma behind it: stores the results of calls that the client has made. */
export function addResults(continues: ContinuedAnswer | undefined): Statement {
  if (!continues || Object.keys(continues.results).length === 0) return sql``;
  const results = sql`${JSON.stringify(continues.results)}::text::jsonb`;
  return sql`answered as (
    update messages set tool_calls = (
      select jsonb_agg(
        case when ${results} ? (call ->> 'id') then call || jsonb_build_object('result',
          jsonb_build_object('output', ${results} ->> (call ->> 'id'))) else call end order by place
      )
      from jsonb_array_elements(tool_calls) with ordinality as calls (call, place)
    )
    where id = ${continues.id}::uuid and conversation_id = (select id from conversation)
  ),`;
}

/** SQL condition on a row of messages: it belongs to the turn of this answer. Both arguments are SQL expressions. */
const isInTurn = (conversationId: Statement, answerId: Statement) => sql`
  messages.conversation_id = ${conversationId} and messages.id <= ${answerId} and messages.id > coalesce((
    select earlier.id from messages as earlier
    where earlier.conversation_id = ${conversationId} and earlier.id < ${answerId}
      and earlier.dialect is not null
    order by earlier.id desc limit 1
  ), '00000000-0000-0000-0000-000000000000'::uuid)`;

/** Turns before the continued answer's, at most: as many as there are messages that a model gets. */
const mostTurns = 40;

/**
 * SQL condition on a row of messages of the CTE `conversation`: it led to this answer. An answer may be continued more
 * than once, and what its other continuations added did not. Where the answer that one goes on from was deleted, the
 * one before it takes its place.
 */
export function ledTo({ id }: ContinuedAnswer): Statement {
  const conversation = sql`(select id from conversation)`;
  return sql`id in (
    with recursive turn (id, continues, place) as (
      select id, continues, 1 from messages where id = ${id}::uuid and conversation_id = ${conversation}
      union all
      select earlier.id, earlier.continues, place + 1
      from turn, lateral (
        select id, continues from messages
        where conversation_id = ${conversation} and dialect is not null
          and messages.id < turn.id and messages.id <= coalesce(turn.continues, turn.id)
        order by id desc limit 1
      ) as earlier
      where place < ${mostTurns}::integer
    )
    select messages.id from turn, messages where ${isInTurn(conversation, sql`turn.id`)}
  )`;
}

const isOwn = (ownerId: string, id: string) => sql`
  messages.id = ${id}::uuid and owner_id = ${ownerId}::uuid and dialect = 'openai-responses'`;

/** Reads and deletes stored responses; each statement only sees those of `ownerId`. All methods throw PortFailure. */
export function createResponseStore(database: Database) {
  return {
    async find(ownerId: string, id: string): Promise<StoredResponse | undefined> {
      const [row] = await database.query<StoredResponse & WithLog>(sql`
        select conversation_id as "conversationId", ${state} as state, status, content, ${unfinishedLog} as log, sources,
          tool_calls as "toolCalls", usage, finish_reason as "finishReason", request,
          floor(date_part('epoch', messages.updated_at) * 1000)::float8 as "savedAt"
        from messages join conversations on conversations.id = conversation_id
        where ${isOwn(ownerId, id)}`);
      return row && readText(row);
    },

    /**
     * Deletes a response with the messages that its request added, and its conversation where nothing else is left in
     * it; false when there is none.
     */
    async remove(ownerId: string, id: string): Promise<boolean> {
      const rows = await database.query(sql`
        with answer as (
          select messages.id, conversation_id, conversations.updated_at
          from messages join conversations on conversations.id = conversation_id
          where ${isOwn(ownerId, id)}
        ), turn as (
          select messages.id from answer, messages
          where ${isInTurn(sql`answer.conversation_id`, sql`answer.id`)}
        ), removed as (
          delete from messages where id in (select id from turn)
        ), emptied as (
          -- A turn that begins at the moment, which this statement does not see, has changed updated_at.
          delete from conversations using answer
          where conversations.id = answer.conversation_id
            and conversations.updated_at = answer.updated_at and not exists (
              select from messages
              where conversation_id = conversations.id and id not in (select id from turn)
            )
        )
        select from answer`);
      return rows.length > 0;
    },
  };
}

export type ResponseStore = ReturnType<typeof createResponseStore>;
