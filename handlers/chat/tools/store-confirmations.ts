import type { Admission, Checked, VerdictRow } from "../../http/access/admission.ts";
import type { Database } from "../../ports/database.ts";
import { sql } from "../../lib/sql.ts";
import { ToolFailure } from "../../lib/tool.ts";
import type { UsageStatements } from "../answers/account.ts";
import type { PastMessage } from "../answers/history.ts";
import type { BudgetRow } from "../turns/store.ts";
import { pastMessages, readHistory, type LoggedHistory } from "../turns/store-history.ts";
import type { Dialect } from "../turns/run.ts";
import { claim } from "../turns/store-lease.ts";
import { orderBehind } from "../turns/store-order.ts";

/** A call that waits for the user's confirmation. */
export interface NewConfirmation {
  readonly id: string;
  readonly userId: string;
  readonly conversationId: string;
  readonly tool: string;
  /** As parsed by the tool's schema. */
  readonly arguments: unknown;
  readonly summary: string;
  readonly expiresAt: Date;
}

export interface GivenDecision {
  readonly id: string;
  readonly admission: Admission;
  /** Whose tokens the answer uses. */
  readonly payer: string;
  readonly conversationId: string;
  readonly decision: "approved" | "declined";
  /** The names of the tools that the caller may use. */
  readonly tools: readonly string[];
  readonly answerId: string;
  readonly dialect: Dialect;
  readonly now: Date;
}

export interface DecidedTurn extends BudgetRow {
  /** Null: this user has no such confirmation in this conversation. */
  readonly state: "decided" | "used" | "expired" | "busy" | null;
  /** Of the answer: the one given, or a later one. */
  readonly answer_id: string;
  readonly tool: string | null;
  readonly arguments: unknown;
  /** Oldest first. */
  readonly history: readonly PastMessage[];
}

/** Stores the calls that wait for a confirmation. All methods throw PortFailure. */
export function createConfirmationStore(database: Database, usage: UsageStatements) {
  return {
    async add(confirmation: NewConfirmation): Promise<void> {
      await database.query(sql`
        insert into confirmations (id, user_id, conversation_id, tool, arguments, summary, expires_at)
        values (
          ${confirmation.id}::uuid, ${confirmation.userId}::uuid,
          ${confirmation.conversationId}::uuid, ${confirmation.tool}::text,
          ${JSON.stringify(confirmation.arguments)}::text::jsonb, ${confirmation.summary}::text,
          ${confirmation.expiresAt}::timestamptz
        )`);
    },

    /**
     * Decides a confirmation and inserts the row of the answer that reports it, in one statement. Of two
     * concurrent decisions one claims the conversation, and the other is `busy`. The call runs after this
     * statement, so a crash in between loses the call and never repeats it.
     */
    async decide({ admission, ...decision }: GivenDecision): Promise<Checked<DecidedTurn>> {
      const isOpen = sql`decision is null and expires_at > ${decision.now}::timestamptz`;
      const order = orderBehind(decision.answerId, "existing");
      const answer = order.place(sql`${decision.answerId}::uuid`);
      const [row] = await database.query<DecidedTurn & LoggedHistory & VerdictRow>(sql`
        with ${admission.caller}, asked as (
          select confirmations.* from confirmations
          join conversations on conversations.id = conversation_id
          where confirmations.id = ${decision.id}::uuid
            and conversation_id = ${decision.conversationId}::uuid
            and user_id = (select user_id from caller) and owner_id = user_id
            and tool = any(${decision.tools}::text[])
        ), ${claim(decision.conversationId, sql`exists (select from asked where ${isOpen})`)},
        ${order.lateness}
        decided as (
          update confirmations set
            decision = ${decision.decision}::text, decided_at = ${decision.now}::timestamptz
          where id = (select id from asked) and ${isOpen} and exists (select from conversation)
          returning tool, arguments
        ), written as (
          insert into messages (id, conversation_id, role, content, status, dialect)
          select ${answer}, id, 'assistant', '', 'streaming', ${decision.dialect}::text
          from conversation where exists (select from decided)
        )
        select
          ${admission.verdict},
          ${answer} as answer_id,
          ${usage.overBudget(decision.payer)} as over_budget,
          (select case
            when exists (select from decided) then 'decided'
            when ${isOpen} then 'busy'
            when decision is not null then 'used'
            else 'expired' end from asked) as state,
          (select tool from decided) as tool,
          (select arguments from decided) as arguments,
          ${pastMessages(sql`true`)} as history`);
      return admission.check(row && { ...row, history: readHistory(row.history) });
    },

    /**
     * Deletes up to a few hundred confirmations that expired a day ago; until then a late answer can be told
     * so.
     */
    async sweep(): Promise<number> {
      const rows = await database.query(sql`
        delete from confirmations where id in (
          select id from confirmations where expires_at < now() - interval '1 day'
          limit 500 for update skip locked
        ) returning id`);
      return rows.length;
    },
  };
}

export type ConfirmationStore = ReturnType<typeof createConfirmationStore>;

/** A confirmation is stored with a conversation, and this turn has none, or its client cannot ask for it. */
export function refuseConfirmation(): Promise<never> {
  const message =
    "Not done: this needs the user's confirmation, which can only be given on Docent's own page.";
  return Promise.reject(new ToolFailure("confirmation_impossible", message));
}
