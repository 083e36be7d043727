import { sql } from "../../lib/sql.ts";
import type { Source } from "../../contract/source.ts";
import type { Database, Statement } from "../../ports/database.ts";
import type { FinishReason, Usage } from "../../ports/language-model.ts";
import type { StoredCall } from "../tools/stored-call.ts";
import { keptRequest, requestPosition, state, type StoredRun } from "./store-runs.ts";

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

/** An answer that a turn goes on from: messages after it are not read. */
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

/** SQL for a WITH clause, with a comma before it: stores what the dialect keeps of its request. */
export function keepRequest(answerId: string, request: string | undefined): Statement {
  if (request === undefined) return sql``;
  return sql`, kept as (
    insert into run_parts (message_id, until, parts)
    select ${answerId}::uuid, ${requestPosition}::integer, ${request}::text from conversation
  )`;
}

const isOwn = (ownerId: string, id: string) => sql`
  messages.id = ${id}::uuid and owner_id = ${ownerId}::uuid and dialect = 'openai-responses'`;

/** Reads and deletes stored responses; each statement only sees those of `ownerId`. All methods throw PortFailure. */
export function createResponseStore(database: Database) {
  return {
    async find(ownerId: string, id: string): Promise<StoredResponse | undefined> {
      const [row] = await database.query<StoredResponse>(sql`
        select conversation_id as "conversationId", ${state} as state, status, content, sources,
          tool_calls as "toolCalls", usage, finish_reason as "finishReason", ${keptRequest} as request,
          floor(date_part('epoch', messages.updated_at) * 1000)::float8 as "savedAt"
        from messages join conversations on conversations.id = conversation_id
        where ${isOwn(ownerId, id)}`);
      return row;
    },

    /**
     * Deletes a response with the messages that its request added, and its conversation where nothing else is left in
     * it; false when there is none.
     */
    async remove(ownerId: string, id: string): Promise<boolean> {
      const rows = await database.query(sql`
        with answer as (
          select messages.id, conversation_id
          from messages join conversations on conversations.id = conversation_id
          where ${isOwn(ownerId, id)}
        ), turn as (
          select messages.id from messages join answer using (conversation_id)
          where messages.id <= answer.id and messages.id > coalesce((
            select messages.id from messages
            where conversation_id = answer.conversation_id and messages.id < answer.id
              and dialect is not null
            order by messages.id desc limit 1
          ), '00000000-0000-0000-0000-000000000000'::uuid)
        ), removed as (
          delete from messages where id in (select id from turn)
        ), emptied as (
          delete from conversations where id = (select conversation_id from answer) and not exists (
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
