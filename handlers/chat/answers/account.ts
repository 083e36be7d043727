import type { Clock } from "../../ports/clock.ts";
import type { Statement } from "../../ports/database.ts";
import type { Usage } from "../../ports/language-model.ts";
import type { TraceSpan } from "../../ports/tracer.ts";

/** `interrupted`: its reader stopped it. `refused`: it says that the documents do not answer. */
export type EndedOutcome = "answered" | "refused" | "interrupted" | "failed";

/** Where a turn comes from, for counts and traces. */
export interface TurnOrigin {
  /** By the monotonic clock, in milliseconds. */
  readonly askedAt: number;
  /** Whose tokens it uses. */
  readonly payer: string;
  /** The request's; undefined where it is not traced. */
  readonly span: TraceSpan | undefined;
}

/** What an ended answer adds to the counts. */
export interface AnswerCount {
  readonly payer: string;
  readonly outcome: EndedOutcome;
  /** Also of requests that ended before the model told its usage: those are estimated. */
  readonly spent: Usage;
  /** From the question's arrival; undefined: it has no text. */
  readonly firstTokenMilliseconds: number | undefined;
}

/** SQL with which a turn's own statements count, which saves a round trip each. */
export interface UsageStatements {
  /** SQL condition: the payer, or all together, have used up a day's budget. */
  overBudget(payer: string): Statement;
  /** SQL for a WITH clause, behind a CTE `ended` that has a row where the answer is to be counted, and no columns. */
  counting(count: AnswerCount): Statement;
}

/** Measures answers of this process. */
export interface AnswerMeter {
  answerEnded(count: AnswerCount): void;
  tokensUsed(model: string, usage: Usage): void;
}

/** Measures one answer. */
export function createAccount(
  { askedAt, payer }: TurnOrigin,
  { meter, clock }: { readonly meter: AnswerMeter; readonly clock: Clock },
) {
  let spent: Usage = { input_tokens: 0, output_tokens: 0 };
  let firstTokenMilliseconds: number | undefined;
  const count = (outcome: EndedOutcome): AnswerCount => ({
    payer,
    outcome,
    spent,
    firstTokenMilliseconds,
  });
  return {
    /** Notes text; the first one counts. */
    hear: () => void (firstTokenMilliseconds ??= clock.monotonic() - askedAt),
    /** Adds the tokens of one request to a model. */
    spend(model: string, used: Usage) {
      spent = addUsage(spent, used);
      meter.tokensUsed(model, used);
    },
    count,
    /** Tells this process's counts that the answer has ended. */
    close: (outcome: EndedOutcome) => meter.answerEnded(count(outcome)),
  };
}

export type AnswerAccount = ReturnType<typeof createAccount>;

export function addUsage(one: Usage, other: Usage): Usage {
  return {
    input_tokens: one.input_tokens + other.input_tokens,
    output_tokens: one.output_tokens + other.output_tokens,
  };
}
