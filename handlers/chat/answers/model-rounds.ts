import { stripNul } from "../../lib/text.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { LanguageModel, ModelMessage, ModelRequest } from "../../ports/language-model.ts";
import type { Answer } from "./answer.ts";
import type { ToolCaller } from "../tools/run-tools.ts";
import type { CitationFilter } from "./citations.ts";
import type { ProposedCall } from "../tools/prepare-call.ts";
import type { Emit } from "../turns/run.ts";
import { toMessages } from "../tools/stored-call.ts";

/** After so many rounds of calls a model has to answer with what it knows. */
const mostRounds = 8;

export interface Rounds {
  /** Takes what is to be shown. */
  readonly emit: Emit;
  readonly model: LanguageModel;
  readonly request: ModelRequest;
  readonly citations: CitationFilter;
  readonly caller: ToolCaller;
  readonly answer: Answer;
  /** The number of the first one. */
  readonly first: number;
}

/**
 * Asks the model, makes the calls it asks for and tells it what came of them, until it only talks.
 * Returns early when `signal` aborts. Throws PortFailure.
 */
export async function converseInRounds(
  { emit, model, request, citations, caller, answer, first }: Rounds,
  signal: AbortSignal,
): Promise<void> {
  const messages: ModelMessage[] = [...request.messages];
  for (let round = 0; ; round += 1) {
    // Nobody waits for it any more.
    if (signal.aborted) return;
    const tools = round < mostRounds ? request.tools : [];
    const said = await listen({ ...request, messages: [...messages], tools });
    // Some models end a turn of calls with "stop": what counts is whether there were any.
    const calls = tools.length > 0 ? said.calls : [];
    if (signal.aborted || calls.length === 0) {
      // Calls that were not made are no end of the model's.
      if (said.finishReason && calls.length === 0) answer.finish(said.finishReason);
      return;
    }
    const made = await caller.call(calls, first + round, signal);
    messages.push(...toMessages(said.text, made));
  }

  /** One time of asking. */
  async function listen(asked: ModelRequest) {
    const calls: ProposedCall[] = [];
    let finishReason;
    const before = answer.length();
    let start = before;
    const say = (shown: string) => {
      if (shown === "") return;
      // What was said before the calls is a paragraph of its own.
      if (start > 0 && answer.length() === before) {
        emit(answer.add("\n\n"));
        start = answer.length();
      }
      emit(answer.add(shown));
    };
    try {
      for await (const part of model.stream(asked, signal)) {
        if (part.type === "reasoning-delta") emit(part);
        else if (part.type === "text-delta") say(citations.push(stripNul(part.text)));
        else if (part.type === "tool-call") calls.push({ call: part.call, basis: part.basis });
        else if (part.type === "degraded") answer.degrade(part.service);
        else if (part.type === "refused") answer.refuse(relatedPages(request));
        else {
          finishReason = part.finishReason;
          answer.use(part.usage);
          if (part.basis === "words") answer.quote();
        }
        if (signal.aborted) break;
      }
    } catch (error) {
      // Told to stop, a model may end with any error it likes.
      if (!signal.aborted) throw error;
    }
    say(citations.flush());
    if (!finishReason && !signal.aborted) {
      throw new PortFailure("unavailable", "the model's stream broke off", { retryable: true });
    }
    return { text: answer.since(start), calls, finishReason };
  }
}

function relatedPages({ grounding }: ModelRequest) {
  return grounding.mode === "passages" ? grounding.related : [];
}
