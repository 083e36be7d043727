import type { Checked } from "../../http/access/admission.ts";
import { describeCause } from "../../lib/describe-cause.ts";
import { uuidV7 } from "../../lib/ids.ts";
import { cutText, stripNul } from "../../lib/text.ts";
import type { Clock } from "../../ports/clock.ts";
import { PortFailure } from "../../ports/failure.ts";
import {
  charactersPerToken,
  type FinishReason,
  type LanguageModel,
  type ModelMessage,
  type ModelRequest,
  type ToolDescription,
  type Usage,
} from "../../ports/language-model.ts";
import { createAccount, type EndedOutcome } from "../answers/account.ts";
import { toFailedPart } from "../answers/converse.ts";
import { estimateTokens } from "../answers/history.ts";
import { createModelCall, type ModelObserver } from "../answers/model-call.ts";
import { lengthOfPart, toClientCall } from "../answers/model-rounds.ts";
import type { TurnCaller } from "./begin-turn.ts";
import type { Emit, OwnRun } from "./run.ts";
import type { TurnDependencies } from "./start-turn.ts";

/** A question to a model by itself. */
export interface PassedQuestion {
  readonly model: LanguageModel;
  readonly question: string;
  readonly history: readonly ModelMessage[];
  readonly following: readonly ModelMessage[];
  readonly instructions: string;
  readonly clientTools: readonly ToolDescription[];
  readonly answerTokens: number | undefined;
}

/** A daily budget is used up, and the answer of a model by itself cannot be quoted instead. */
export interface OverBudget {
  readonly kind: "over-budget";
}

const nothing = { mode: "passages", passages: [], quotes: [], related: [] } as const;

/**
 * Asks a configured model by itself, without documents and Docent's tools; stores only the counts for the rate limit
 * and the budget.
 *
 * @throws PortFailure
 */
export async function startPassThrough(
  asked: PassedQuestion,
  { admission, origin }: Pick<TurnCaller, "admission" | "origin">,
  deps: TurnDependencies,
): Promise<Checked<OwnRun> | OverBudget> {
  const { store, clock, logger, answerCharacters } = deps;
  const counted = await store.count(admission, origin.payer);
  if (counted.kind !== "admitted") return counted;
  if (counted.value.over_budget) return { kind: "over-budget" };
  const now = clock.now();
  const ids = { conversationId: uuidV7(now), messageId: uuidV7(now) };
  const account = createAccount(origin, deps);
  const observer = { account, conversationId: ids.conversationId, span: origin.span };
  const run = deps.runs.start({
    ...ids,
    ownerId: admission.userId,
    dialect: "openai",
    kept: false,
    async work({ emit, signal }) {
      emit({ type: "started", ...ids, degraded: [] });
      let outcome: EndedOutcome = "failed";
      try {
        outcome = await passThrough({ ...asked, clock, answerCharacters }, observer, emit, signal);
      } catch (error) {
        const cause = describeCause(error);
        logger.error("chat turn failed", { message_id: ids.messageId, cause });
        emit(toFailedPart(error, error instanceof PortFailure));
      }
      account.close(outcome);
      await store.countEnded(account.count(outcome)).catch((error: unknown) => {
        logger.warn("answer not counted", { cause: describeCause(error) });
      });
    },
  });
  return { ...counted, value: run };
}

interface PassingDependencies {
  readonly clock: Clock;
  readonly answerCharacters: number;
}

async function passThrough(
  {
    model,
    question,
    history,
    following,
    clock,
    answerCharacters,
    ...asked
  }: PassedQuestion & PassingDependencies,
  observer: ModelObserver,
  emit: Emit,
  signal: AbortSignal,
): Promise<EndedOutcome> {
  const messages = [...history, { role: "user", content: question } as const, ...following];
  const { instructions: system, clientTools: tools, answerTokens } = asked;
  const request: ModelRequest = { system, messages, tools, grounding: nothing, answerTokens };
  const call = createModelCall(model, request, observer);
  let content = "";
  let finishReason: FinishReason = "cancelled";
  let usage: Usage = { input_tokens: 0, output_tokens: 0 };
  let failure: unknown;
  // A model that ignores the limit is cut.
  let left = Math.min(answerCharacters, (answerTokens ?? Infinity) * charactersPerToken);
  try {
    for await (const part of model.stream(request, signal)) {
      call.note(part);
      const length = lengthOfPart(part);
      if (part.type === "text-delta") {
        const text = stripNul(cutText(part.text, left));
        content += text;
        if (text !== "") observer.account.hear();
        emit({ type: "text-delta", text });
      } else if (part.type === "reasoning-delta") emit({ ...part, text: cutText(part.text, left) });
      else if (part.type === "tool-call" && length <= left) emit(toClientCall(part.call));
      else if (part.type === "finished") ({ finishReason, usage } = part);
      left -= length;
      if (left < 0) {
        finishReason = "length";
        usage = { input_tokens: 0, output_tokens: estimateTokens(content) };
        break;
      }
    }
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    call.end(failure);
  }
  const rest = { sources: [], related: [], unsupported: [], degraded: [], endedAt: clock.now() };
  emit({ type: "finished", content, usage, finishReason, ...rest });
  return finishReason === "cancelled" ? "interrupted" : "answered";
}
