import type { UsageDay } from "../contract/operator/usage.ts";
import { sql } from "../lib/sql.ts";
import type { Database, Statement } from "../ports/database.ts";
import type { Usage } from "../ports/language-model.ts";
import { bucketsWith, quantileOf } from "./first-token.ts";

/** Tokens a day (UTC), input and output together; undefined: no limit. */
export interface Budgets {
  /** Of each user, and of all guests of an address. */
  readonly each: number | undefined;
  readonly total: number | undefined;
}

/** What an ended answer adds to the day's counts. */
export interface CountedAnswer {
  readonly payer: string;
  readonly outcome: keyof UsageDay["answers"];
  readonly spent: Usage;
  readonly firstTokenMilliseconds: number | undefined;
}

interface DayRow extends Omit<UsageDay, "first_token_ms"> {
  readonly first_tokens: readonly number[];
}

/** Days for which the daily counts are kept. */
const keptDays = 400;
const sweptAtOnce = 500;

/** By the database's clock, so that instances agree. */
const today = sql`(now() at time zone 'utc')::date`;

const payerKey = (payer: string) => sql`sha256(convert_to(${payer}::text, 'UTF8'))`;

/** Counts answers and tokens by day. All methods that ask the database throw PortFailure. */
export function createUsageStore(database: Database, budgets: Budgets) {
  return {
    /** See `UsageStatements` of the chat. */
    overBudget(payer: string): Statement {
      const { each, total } = budgets;
      const own = sql`exists (
        select from daily_spending
        where day = ${today} and payer = ${payerKey(payer)} and tokens >= ${each ?? 0}::bigint
      )`;
      const all = sql`exists (
        select from daily_usage
        where day = ${today} and input_tokens + output_tokens >= ${total ?? 0}::bigint
      )`;
      const isOver = each === undefined ? all : total === undefined ? own : sql`(${own} or ${all})`;
      return each === undefined && total === undefined ? sql`false` : isOver;
    },

    /** See `UsageStatements` of the chat. What each payer has used is only kept where a budget needs it. */
    counting({ payer, outcome, spent, firstTokenMilliseconds }: CountedAnswer): Statement {
      const { input_tokens: input, output_tokens: output } = spent;
      const one = (name: typeof outcome) => (name === outcome ? 1 : 0);
      const day = sql`counted_day as (
        insert into daily_usage as total (
          day, answered, refused, interrupted, failed, input_tokens, output_tokens, first_tokens
        )
        select ${today}, ${one("answered")}::int, ${one("refused")}::int, ${one("interrupted")}::int,
          ${one("failed")}::int, ${input}::bigint, ${output}::bigint,
          ${bucketsWith(firstTokenMilliseconds)}::int[]
        from ended
        on conflict (day) do update set
          answered = total.answered + excluded.answered,
          refused = total.refused + excluded.refused,
          interrupted = total.interrupted + excluded.interrupted,
          failed = total.failed + excluded.failed,
          input_tokens = total.input_tokens + excluded.input_tokens,
          output_tokens = total.output_tokens + excluded.output_tokens,
          first_tokens = array(
            select coalesce(had, 0) + coalesce(more, 0)
            from unnest(total.first_tokens, excluded.first_tokens) with ordinality as bucket (had, more, place)
            order by place
          )
      )`;
      if (budgets.each === undefined || input + output === 0) return day;
      return sql`${day}, counted_payer as (
        insert into daily_spending as total (day, payer, tokens)
        select ${today}, ${payerKey(payer)}, ${input + output}::bigint from ended
        on conflict (day, payer) do update set tokens = total.tokens + excluded.tokens
      )`;
    },

    /** The last days, each of them, oldest first; the last one is today. */
    async readDays(days: number): Promise<UsageDay[]> {
      const rows = await database.query<DayRow>(sql`
        select to_char(date, 'YYYY-MM-DD') as date,
          jsonb_build_object('answered', coalesce(answered, 0), 'refused', coalesce(refused, 0),
            'interrupted', coalesce(interrupted, 0), 'failed', coalesce(failed, 0)) as answers,
          jsonb_build_object('input', coalesce(input_tokens, 0),
            'output', coalesce(output_tokens, 0)) as tokens,
          to_jsonb(coalesce(first_tokens, '{}')) as first_tokens
        from generate_series(0, ${days}::int - 1) as ago
        cross join lateral (select ${today} - ago as date) as listed
        left join daily_usage on day = date
        order by date`);
      return rows.map(({ first_tokens: counts, ...day }) => {
        const p50 = quantileOf(counts, 0.5);
        const p95 = quantileOf(counts, 0.95);
        const isKnown = p50 !== undefined && p95 !== undefined;
        return { ...day, first_token_ms: isKnown ? { p50, p95 } : null };
      });
    },

    /** Deletes spending of past days, and counts older than 400 days; at most 500 of each. Returns how many. */
    async sweep(): Promise<number> {
      const rows = await database.query(sql`
        with spending as (
          delete from daily_spending where (day, payer) in (
            select day, payer from daily_spending where day < ${today} - 1
            limit ${sweptAtOnce}::int for update skip locked
          ) returning 1
        ), counts as (
          delete from daily_usage where day in (
            select day from daily_usage where day < ${today} - ${keptDays}::int
            limit ${sweptAtOnce}::int for update skip locked
          ) returning 1
        )
        select from spending union all select from counts`);
      return rows.length;
    },
  };
}

export type UsageStore = ReturnType<typeof createUsageStore>;
