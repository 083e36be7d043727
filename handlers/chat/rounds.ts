import { PortFailure } from "../ports/failure.ts";
import type { LanguageModel, ModelMessage, ModelRequest } from "../ports/language-model.ts";
import type { Answer } from "./answer.ts";
import type { ToolCaller } from "./call-tools.ts";
import type { CitationFilter } from "./citations.ts";
import type { ChatPart } from "./parts.ts";
import type { ProposedCall } from "./prepare-call.ts";
import { toMessages } from "./tool-calls.ts";

/** After so many rounds of calls a model has to answer with what it knows. */
const mostRounds = 8;

export interface Rounds {
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
export async function* converseInRounds(
  { model, request, citations, caller, answer, first }: Rounds,
  signal: AbortSignal,
): AsyncGenerator<ChatPart, void, void> {
  const messages: ModelMessage[] = [...request.messages];
  for (let round = 0; ; round += 1) {
    // Nobody waits for it any more.
    if (signal.aborted) return;
    const tools = round < mostRounds ? request.tools : [];
    const said = yield* listen({ ...request, messages: [...messages], tools });
    // Some models end a turn of calls with "stop": what counts is whether there were any.
    const calls = tools.length > 0 ? said.calls : [];
    if (signal.aborted || calls.length === 0) {
      // Calls that were not made are no end of the model's.
      if (said.finishReason && calls.length === 0) answer.finish(said.finishReason);
      return;
    }
    const made = yield* caller.call(calls, first + round, signal);
    messages.push(...toMessages(said.text, made));
  }

  /** One time of asking. */
  async function* listen(asked: ModelRequest) {
    const calls: ProposedCall[] = [];
    let text = "";
    let finishReason;
    const isGoingOn = !answer.isEmpty();
    const say = function* (shown: string): Generator<ChatPart, void, void> {
      if (shown === "") return;
      // What was said before the calls is a paragraph of its own.
      if (text === "" && isGoingOn) yield answer.add("\n\n");
      text += shown;
      yield answer.add(shown);
    };
    try {
      for await (const part of model.stream(asked, signal)) {
        if (part.type === "reasoning-delta") yield part;
        // PostgreSQL's text cannot hold U+0000.
        else if (part.type === "text-delta")
          yield* say(citations.push(part.text.replaceAll("\0", "")));
        else if (part.type === "tool-call") calls.push({ call: part.call, basis: part.basis });
        else if (part.type === "degraded") answer.degrade(part.service);
        else {
          finishReason = part.finishReason;
          answer.use(part.usage);
        }
        if (signal.aborted) break;
      }
    } catch (error) {
      // Told to stop, a model may end with any error it likes.
      if (!signal.aborted) throw error;
    }
    yield* say(citations.flush());
    if (!finishReason && !signal.aborted) {
      throw new PortFailure("unavailable", "the model's stream broke off", { retryable: true });
    }
    return { text, calls, finishReason };
  }
}
