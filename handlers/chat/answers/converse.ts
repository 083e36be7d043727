import { describeCause } from "../../lib/describe-cause.ts";
import type { Clock } from "../../ports/clock.ts";
import { PortFailure } from "../../ports/failure.ts";
import {
  charactersPerToken,
  type LanguageModel,
  type ModelMessage,
  type ToolDescription,
} from "../../ports/language-model.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Tool } from "../../lib/tool.ts";
import { inSpan } from "../../lib/spans.ts";
import { createAccount, type AnswerMeter, type TurnOrigin } from "./account.ts";
import { createAnswer, type AnswerDependencies } from "./answer.ts";
import { createToolCaller } from "../tools/run-tools.ts";
import { createCitationFilter } from "./citations.ts";
import { describeTools } from "../tools/describe-tools.ts";
import {
  documents,
  retrieveContext,
  noContext,
  startRetrieval,
  type ContextDependencies,
  type FollowUpContext,
  type Question,
  type ContextAhead,
} from "./retrieve-context.ts";
import type { ChatPart } from "../parts.ts";
import { writePrompt } from "./prompt.ts";
import { converseInRounds, ModelFailure } from "./model-rounds.ts";
import type { RunWriter } from "../turns/run.ts";
import { createSources, type Sources } from "./sources.ts";
import type { ConfirmationStore } from "../tools/store-confirmations.ts";
import { toMessages, type DecidedCall } from "../tools/stored-call.ts";

export interface ConverseDependencies extends ContextDependencies, AnswerDependencies {
  readonly confirmations: ConfirmationStore;
  readonly model: LanguageModel;
  readonly meter: AnswerMeter;
  /** Characters of an answer, at most. */
  readonly answerCharacters: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The name in `degraded` where a daily token budget is used up. */
const budget = "budget";

export interface Turn {
  readonly conversationId: string;
  readonly messageId: string;
  readonly userId: string;
  readonly origin: TurnOrigin;
  /** Whether a daily token budget is used up, so that no language model may be asked. */
  readonly isOverBudget: boolean;
  readonly history: readonly ModelMessage[];
  /** Ids of the documents that the last answer cited, if known. */
  readonly citedIds?: readonly string[];
  /** What was retrieved for the question before the turn began; undefined: nothing. */
  readonly ahead?: Promise<ContextAhead> | undefined;
  /** The library's version when the turn began; undefined: not known. */
  readonly libraryVersion?: string | undefined;
  /** Tools that the model may call on the user's behalf. */
  readonly tools: readonly Tool[];
  /** Tools that the client runs itself: a call of one ends the turn. */
  readonly clientTools?: readonly ToolDescription[];
  /** The client's own instructions to the model. */
  readonly instructions?: string;
  /** After the question: calls of the client's tools, and their results. */
  readonly following?: readonly ModelMessage[];
  /** Of the answer, at most, where it is fewer than the settings allow. */
  readonly answerTokens?: number | undefined;
  /** Whether its client reads it again and goes on by its id, so that it stays whatever it says. */
  readonly isNamed?: boolean;
  readonly asked:
    | ({ readonly kind: "question" } & Question)
    | ({ readonly kind: "decision" } & DecidedCall);
}

/**
 * Does one turn: retrieves passages, lets the model answer from them and call tools, saves the answer, and then
 * emits its end. Never throws; after a failure the last part is `failed`.
 */
export async function converse(
  turn: Turn,
  deps: ConverseDependencies,
  run: RunWriter,
): Promise<void> {
  const { emit, signal } = run;
  const { conversationId, messageId, asked, clientTools = [], following = [], answerTokens } = turn;
  const { span } = turn.origin;
  const quoting = turn.isOverBudget ? deps.model.quoting : undefined;
  const out = new Set(quoting ? [budget] : deps.model.outages?.());
  const isReading = asked.kind === "question" && !asked.selection && deps.reading() !== undefined;
  const missing = isReading ? [...out, documents] : [...out];
  emit({ type: "started", conversationId, messageId, degraded: missing });
  const account = createAccount(turn.origin, deps);
  const answer = createAnswer(messageId, run, account, deps);
  for (const service of out) answer.degrade(service);
  try {
    const ahead = await takeAhead(turn);
    const sources = ahead?.sources ?? createSources();
    const citations = createCitationFilter(sources.count);
    const cited = () => sources.pick(citations.cited());
    answer.citeFrom(() => cited().map(({ source }) => source));
    const caller = createToolCaller({
      ...deps,
      ...turn,
      emit,
      span,
      context: {
        userId: turn.userId,
        cite: (source) => sources.add(source),
        ...(asked.kind === "question" && { scope: asked.scope }),
      },
      record: (call) => answer.record(call),
    });
    const isClients = (name: string) => clientTools.some((tool) => tool.name === name);
    // Servers refuse a request in which two tools have one name: the client's takes the place of Docent's own.
    const own = turn.tools.filter(({ name }) => !isClients(name));
    const isQuestion = asked.kind === "question";
    const news: readonly ModelMessage[] = isQuestion
      ? [{ role: "user", content: asked.text }]
      : toMessages("", [await caller.settle(asked)]);
    const { grounding, degraded } =
      ahead ?? (isQuestion ? await retrieve(asked, sources) : noContext);
    for (const service of degraded) answer.degrade(service);
    const request = {
      ...(ahead?.prompt ?? writePrompt(grounding, turn, new Date(deps.clock.now()))),
      messages: [...turn.history, ...news, ...following],
      tools: [...(await describeTools(own)), ...clientTools],
      grounding,
      answerTokens,
    };
    const first = isQuestion ? 0 : 1;
    const characters = Math.min(
      deps.answerCharacters,
      (answerTokens ?? Infinity) * charactersPerToken,
    );
    const rounds = {
      emit,
      model: quoting ?? deps.model,
      observer: { account, conversationId, span },
      request,
      citations,
      caller,
      isClients,
      answer,
      first,
      characters,
    };
    await converseInRounds(rounds, signal);
    if (grounding.mode === "passages") await answer.check(cited());
    const isNoAnswer = grounding.mode === "passages" && answer.isOnly(grounding.otherwise);
    emit(await (isNoAnswer && !turn.isNamed ? answer.discard() : answer.save()));
  } catch (thrown) {
    const error = thrown instanceof ModelFailure ? thrown.failure : thrown;
    deps.logger.error("chat turn failed", { message_id: messageId, cause: describeCause(error) });
    const end = toFailedPart(error, thrown instanceof ModelFailure);
    await answer.saveFailed(end);
    emit(end);
  } finally {
    answer.close();
  }

  async function retrieve(question: Question, sources: Sources) {
    const context = await followUpContextOf(question, turn);
    const retrieval = startRetrieval(span);
    const { libraryVersion: version } = turn;
    const copy = version === undefined ? undefined : { version };
    const options = { context, span: retrieval, copy };
    return inSpan(retrieval, () => retrieveContext(question, options, deps, sources));
  }
}

/** What was retrieved ahead. What came from a copy of the library counts only if no instance has changed it since. */
async function takeAhead({ ahead, libraryVersion }: Turn): Promise<ContextAhead | undefined> {
  const context = await ahead;
  const isCurrent = context?.version === undefined || context.version === libraryVersion;
  return isCurrent ? context : undefined;
}

/** What a follow-up question refers to; undefined for a question that can be understood alone. */
async function followUpContextOf(
  { text }: Question,
  { history, citedIds = [] }: Turn,
): Promise<FollowUpContext | undefined> {
  if (history.length === 0) return undefined;
  // Loaded by the first follow-up: the words of 16 languages.
  const { contextOf } = await import("./follow-up.ts");
  const question = contextOf(text, history);
  return question === undefined ? undefined : { question, documentIds: citedIds };
}

/** The part that ends an answer which failed. @param isModel whether the language model failed */
export function toFailedPart(error: unknown, isModel: boolean): ChatPart {
  if (error instanceof PortFailure) {
    if (!error.retryable) {
      const message = "A service this needs refused to work.";
      return { type: "failed", code: "service_refused", message, retryable: false };
    }
    if (error.code === "moved") {
      const message = "Another process is taking over and writes from now on. Try again soon.";
      return { type: "failed", code: "moved", message, retryable: true };
    }
    const code = error.code === "timeout" ? "timeout" : "unavailable";
    const message = isModel
      ? "The language model stopped responding. Try again."
      : "A service this needs is not answering. Try again soon.";
    return { type: "failed", code, message, retryable: true };
  }
  const message = "Something went wrong on our side.";
  return { type: "failed", code: "internal_error", message, retryable: false };
}
