import { isUuid } from "../../lib/ids.ts";
import { sql } from "../../lib/sql.ts";
import type { Database } from "../../ports/database.ts";
import { loggedText, type LoggedParts } from "./kept-parts.ts";
import type { Run, RunState } from "./run.ts";
import { isAnswering } from "./store-lease.ts";

/** A run as the database knows it. `length`: the number of parts in its log. */
export interface StoredRun extends Pick<
  Run,
  "conversationId" | "messageId" | "dialect" | "length"
> {
  readonly request: string | null;
  readonly state: Exclude<RunState, "unsaved">;
}

/** A run's state, and its next parts. */
export interface RunProgress {
  readonly state: StoredRun["state"];
  /** In order; the first one may begin before the position asked for. */
  readonly batches: readonly LoggedParts[];
}

/** Batches of the log read at once. */
const batchesAtOnce = 20;
const rowsAtOnce = 500;

/** SQL: the state of a row of messages. */
export const state = sql`case when status <> 'streaming' then 'ended'
  when ${isAnswering} then 'running' else 'interrupted' end`;

/** A stored answer; the text of one that is being written, or was interrupted, is only in its log. */
export interface WithLog {
  readonly content: string;
  /** Null where the text is in `content`. */
  readonly log: readonly LoggedParts[] | null;
}

/** SQL: the column `log` of a row of messages. */
export const unfinishedLog = sql`case when status = 'streaming' then (
  select jsonb_agg(jsonb_build_object('until', until, 'parts', parts) order by until)
  from run_parts where message_id = messages.id
) end`;

/** The row with its whole text in `content`. A version before this one saved the text of unfinished answers there. */
export function readText<Row extends WithLog>({ log, ...row }: Row): Omit<Row, "log"> {
  return { ...row, content: row.content || loggedText(log ?? []) };
}

/** SQL: a row of messages as a StoredRun; null where an earlier version wrote it, without a log. */
const storedRun = sql`case when dialect is not null then jsonb_build_object(
  'conversationId', conversation_id, 'messageId', messages.id, 'dialect', dialect, 'state', ${state},
  'request', request,
  'length', coalesce((select max(until) from run_parts where message_id = messages.id), 0)
) end`;

/** Reads runs of any instance, and asks their instances to stop them. All methods throw PortFailure. */
export function createRunStore(database: Database) {
  return {
    /** The user's conversation with this id or client's name, and its latest run. */
    async findLatest(
      userId: string,
      name: string,
    ): Promise<{ conversationId: string; run: StoredRun | null } | undefined> {
      const isIt = sql`conversations.id = ${isUuid(name) ? name : null}::uuid`;
      const [row] = await database.query<{ conversationId: string; run: StoredRun | null }>(sql`
        select id as "conversationId", (
          select ${storedRun} from messages
          where conversation_id = conversations.id and role = 'assistant'
          order by messages.id desc limit 1
        ) as run
        from conversations
        where owner_id = ${userId}::uuid and (${isIt} or client_key = ${name}::text)
        order by ${isIt} desc nulls last limit 1`);
      return row;
    },

    /**
     * The run that writes this message, for its owner, or for a caller without a token (undefined) where the question
     * came without one.
     */
    async findAnswer(
      ownerId: string | undefined,
      messageId: string,
    ): Promise<StoredRun | undefined> {
      const mayRead =
        ownerId === undefined ? sql`asked_without_token` : sql`owner_id = ${ownerId}::uuid`;
      const [row] = await database.query<{ run: StoredRun | null }>(sql`
        select ${storedRun} as run
        from messages join conversations on conversations.id = conversation_id
        where messages.id = ${messageId}::uuid and role = 'assistant' and ${mayRead}`);
      return row?.run ?? undefined;
    },

    /** The next parts from a position on; undefined for an answer that has been deleted. */
    async read(messageId: string, from: number): Promise<RunProgress | undefined> {
      const [row] = await database.query<RunProgress>(sql`
        select ${state} as state, coalesce((
          select jsonb_agg(jsonb_build_object('until', until, 'parts', parts) order by until)
          from (
            select until, parts from run_parts
            where message_id = ${messageId}::uuid and until > ${from}::integer
            order by until limit ${batchesAtOnce}::integer
          ) as next
        ), '[]') as batches
        from messages where id = ${messageId}::uuid`);
      return row;
    },

    /** Asks the process that writes an answer to end it; it does so within about 2 s. */
    async requestStop(messageId: string): Promise<void> {
      await database.query(sql`
        update messages set stop_requested = true
        where id = ${messageId}::uuid and status = 'streaming'`);
    },

    /**
     * Deletes up to a few hundred batches of ended runs whose id is before this one: ids are made in order of time. In
     * order, so that at most one run is deleted in part, from its beginning.
     */
    async sweep(before: string): Promise<number> {
      const rows = await database.query(sql`
        delete from run_parts where (message_id, until) in (
          select message_id, until from run_parts
          where message_id < ${before}::uuid and not exists (
            select from messages where id = message_id and status = 'streaming'
          )
          order by message_id, until limit ${rowsAtOnce}::integer for update skip locked
        ) returning until`);
      return rows.length;
    },
  };
}

export type RunStore = ReturnType<typeof createRunStore>;
