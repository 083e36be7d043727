import type { Admission, Checked, VerdictRow } from "../../http/access/admission.ts";
import type { Database, Statement } from "../../ports/database.ts";
import type { FinishReason, Usage } from "../../ports/language-model.ts";
import { sql } from "../../lib/sql.ts";
import type { AnswerCount, UsageStatements } from "../answers/account.ts";
import type { PastMessage } from "../answers/history.ts";
import type { TextSpan } from "../../contract/text-span.ts";
import type { Source } from "../../contract/source.ts";
import { pastMessages, readHistory, type LoggedHistory } from "./store-history.ts";
import { saveCheckpoints, type Checkpoint } from "./store-checkpoints.ts";
import { claim } from "./store-lease.ts";
import { orderBehind } from "./store-order.ts";
import { firstReplaced, type Replacement } from "./store-replaced.ts";
import { addResults, ledTo, type ContinuedAnswer } from "./store-responses.ts";
import type { LoggedParts } from "./kept-parts.ts";
import type { Dialect } from "./run.ts";
import type { StoredCall } from "../tools/stored-call.ts";

export interface NewTurn {
  readonly admission: Admission;
  /** Whose tokens the answer uses. */
  readonly payer: string;
  readonly conversation:
    | {
        readonly kind: "new";
        readonly id: string;
        readonly title: string;
        /** The client's name for it, unique per owner; null: none. */
        readonly clientKey: string | null;
      }
    | {
        readonly kind: "existing";
        readonly id: string;
        /** The messages that the question replaces; undefined: none. */
        readonly replaces: Replacement | undefined;
      };
  /** Inserted before the answer, in this order; the ids are in the same order. */
  readonly messages: readonly (PastMessage & { readonly id: string })[];
  /** The answer that the turn goes on from; undefined: the conversation's last one. */
  readonly continues?: ContinuedAnswer | undefined;
  readonly answerId: string;
  readonly dialect: Dialect;
  /** What the dialect keeps of its request, as JSON. */
  readonly request?: string | undefined;
}

export interface BegunTurn extends BudgetRow {
  /** Of the answer: the one given, or a later one. */
  readonly answer_id: string;
  /** Null: not known. */
  readonly library_version: string | null;
  /**
   * `busy`: another instance writes an answer in the conversation, or another turn began in it, or one of its name, at
   * the same moment.
   */
  readonly state: "begun" | "busy" | "not-found";
  /** Oldest first, without the messages just inserted, and without the results of the continued answer's calls. */
  readonly history: readonly PastMessage[];
}

/** The column of `UsageStatements.overBudget`. */
export interface BudgetRow {
  readonly over_budget: boolean;
}

export interface EndedAnswer {
  readonly id: string;
  readonly content: string;
  readonly sources: readonly Source[];
  readonly toolCalls: readonly StoredCall[];
  /** The parts since the last checkpoint, up to the answer's end. */
  readonly log: LoggedParts;
  /** Sentences that the passages they cite do not support. */
  readonly unsupported: readonly TextSpan[];
  /** Whether it says that the documents do not answer. */
  readonly isRefused: boolean;
  readonly status: "complete" | "stopped" | "failed";
  readonly finishReason: FinishReason | null;
  readonly usage: Usage;
  readonly count: AnswerCount;
}

/** An ended answer as it is stored. */
export interface StoredAnswer extends Pick<EndedAnswer, "content" | "sources" | "unsupported"> {
  readonly usage: Usage | null;
  readonly finish_reason: FinishReason | null;
}

export interface ChatStoreOptions {
  readonly usage: UsageStatements;
  /** SQL expression: the version of the library that the turn may search, as a text or null. */
  readonly libraryVersion: () => Statement;
  /** Whether the operator may read the turns that end from now on. */
  readonly storeQuestions: "on" | "off";
}

/** Stores turns. All methods throw PortFailure. */
export function createChatStore(
  database: Database,
  { usage, libraryVersion, storeQuestions }: ChatStoreOptions,
) {
  return {
    /**
     * Inserts, in one statement, all that a turn needs before its answer: the guest if new, the conversation,
     * the question, and the answer's empty row. Writes nothing when the rate limit is used up, the session has
     * ended, the conversation is not the caller's, or an answer is being written in it. Deletes the messages that
     * the question replaces.
     */
    async begin({
      admission,
      payer,
      conversation,
      messages,
      continues,
      answerId,
      dialect,
      request,
    }: NewTurn): Promise<Checked<BegunTurn>> {
      const claimed =
        conversation.kind === "new"
          ? sql`known as (select from caller), conversation as (
              insert into conversations (id, owner_id, title, client_key)
              select ${conversation.id}::uuid, user_id, ${conversation.title}::text,
                ${conversation.clientKey}::text from caller
              ${conversation.clientKey === null ? sql`` : sql`on conflict (owner_id, client_key) do nothing`}
              returning id
            )`
          : claim(conversation.id, sql`true`);
      const replaces = conversation.kind === "existing" ? conversation.replaces : undefined;
      const isContinued = continues ? ledTo(continues) : sql`true`;
      const isKept = replaces ? sql`id < (select id from replaced)` : isContinued;
      const removed = replaces
        ? sql`replaced (id) as (select ${firstReplaced(replaces)}), removed as (
            delete from messages
            where conversation_id = (select id from conversation) and id >= (select id from replaced)
          ), withdrawn as (
            -- What a removed answer proposed.
            delete from confirmations
            where conversation_id = (select id from conversation) and id >= (select id from replaced)
          ),`
        : sql``;
      const order = orderBehind(messages[0]?.id ?? answerId, conversation.kind);
      const answer = order.place(sql`${answerId}::uuid`);
      const [row] = await database.query<BegunTurn & LoggedHistory & VerdictRow>(sql`
        with ${admission.caller}, ${claimed}, ${order.lateness} ${removed} ${addResults(continues)} written as (
          insert into messages
            (id, conversation_id, role, content, tool_calls, status, dialect, asked_without_token, request, continues)
          select ${order.place(sql`given.id`)}, conversation.id, role, content, tool_calls::jsonb, 'complete', null, null, null, null
          from conversation, unnest(
            ${messages.map(({ id }) => id)}::uuid[],
            ${messages.map(({ role }) => role)}::text[],
            ${messages.map(({ content }) => content)}::text[],
            ${messages.map(({ tool_calls: calls }) => JSON.stringify(calls))}::text[]
          ) as given (id, role, content, tool_calls)
          union all
          select ${answer}, id, 'assistant', '', '[]', 'streaming', ${dialect}::text,
            ${admission.grant !== undefined}::boolean, ${request ?? null}::text, ${continues?.id ?? null}::uuid
          from conversation
        )
        select
          ${admission.verdict},
          ${answer} as answer_id,
          ${usage.overBudget(payer)} as over_budget,
          ${libraryVersion()} as library_version,
          case when exists (select from conversation) then 'begun'
            when exists (select from known) then 'busy' else 'not-found' end as state,
          ${conversation.kind === "new" ? sql`'[]'::jsonb` : pastMessages(isKept)} as history`);
      return admission.check(row && { ...row, history: readHistory(row.history) });
    },

    /**
     * Saves unfinished answers, adds their new parts to their logs and renews them. Returns the ids of those that go
     * on; the others have ended or been deleted, or another instance asks to stop them.
     */
    async saveGrowing(checkpoints: readonly Checkpoint[]): Promise<string[]> {
      const rows = await database.query<{ id: string }>(saveCheckpoints(checkpoints));
      return rows.map(({ id }) => id);
    },

    /** Counts an answer, and deletes it with the question before it; the conversation stays. */
    async removeTurn(answerId: string, count: AnswerCount): Promise<void> {
      await database.query(sql`
        with answer as (
          select id, conversation_id from messages where id = ${answerId}::uuid
        ), question as (
          select messages.id from messages join answer using (conversation_id)
          where messages.role = 'user' and messages.id < answer.id
          order by messages.id desc limit 1
        ), ended as (select from answer), ${usage.counting(count)}
        delete from messages
        where id in (select id from answer union all select id from question)`);
    },

    /**
     * Saves and counts an ended answer, with the end of its log; later saves change and count nothing. One that was
     * deleted meanwhile is counted each time: a retry of its save is rare, and deleting must not be free.
     */
    async saveEnded(answer: EndedAnswer): Promise<void> {
      await database.query(sql`
        with saved as (
          update messages set
          content = ${answer.content}::text,
          status = ${answer.status}::text,
          sources = ${JSON.stringify(answer.sources)}::text::jsonb,
          unsupported = ${JSON.stringify(answer.unsupported)}::text::jsonb,
          tool_calls = ${JSON.stringify(answer.toolCalls)}::text::jsonb,
          finish_reason = ${answer.finishReason}::text,
          usage = ${JSON.stringify(answer.usage)}::text::jsonb,
          refused = ${answer.isRefused}::boolean,
          operator_may_read = ${storeQuestions === "on"}::boolean,
          updated_at = now()
          where id = ${answer.id}::uuid and status = 'streaming'
          returning id
        ), logged as (
          insert into run_parts (message_id, until, parts)
          select id, ${answer.log.until}::integer, ${answer.log.parts}::text from saved
          on conflict do nothing
        ), ended as (
          select where exists (select from saved)
            or not exists (select from messages where id = ${answer.id}::uuid)
        ), ${usage.counting(answer.count)}
        select from ended`);
    },

    /** Counts an answer that is not stored. */
    async countEnded(count: AnswerCount): Promise<void> {
      await database.query(sql`with ended as (select), ${usage.counting(count)} select from ended`);
    },

    /** The user's answer with this message id, once it has ended. */
    async findEnded(userId: string, messageId: string): Promise<StoredAnswer | undefined> {
      const [row] = await database.query<StoredAnswer>(sql`
        select content, sources, unsupported, usage, finish_reason
        from messages join conversations on conversations.id = conversation_id
        where messages.id = ${messageId}::uuid and owner_id = ${userId}::uuid
          and role = 'assistant' and status not in ('streaming', 'failed')`);
      return row;
    },

    /** Counts a message that is not stored. */
    async count(admission: Admission, payer: string): Promise<Checked<BudgetRow>> {
      const [row] = await database.query<BudgetRow & VerdictRow>(
        sql`${admission.checkOnly}, ${usage.overBudget(payer)} as over_budget`,
      );
      return admission.check(row);
    },
  };
}

export type ChatStore = ReturnType<typeof createChatStore>;
