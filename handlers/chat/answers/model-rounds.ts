import { cutText, stripNul, stripText } from "../../lib/text.ts";
import { PortFailure } from "../../ports/failure.ts";
import type {
  LanguageModel,
  ModelMessage,
  ModelPart,
  ModelRequest,
  ToolCall,
} from "../../ports/language-model.ts";
import type { ToolCallPart } from "../parts.ts";
import type { Answer } from "./answer.ts";
import { estimateTokens } from "./history.ts";
import { createModelCall, type ModelObserver } from "./model-call.ts";
import type { ToolCaller } from "../tools/run-tools.ts";
import type { CitationFilter } from "./citations.ts";
import type { ProposedCall } from "../tools/prepare-call.ts";
import type { Emit } from "../turns/run.ts";
import { toMessages } from "../tools/stored-call.ts";

/** The language model failed, and not another service that the turn needs. */
export class ModelFailure extends Error {
  override readonly name = "ModelFailure";
  readonly failure: PortFailure;

  constructor(failure: PortFailure) {
    super(failure.message, { cause: failure });
    this.failure = failure;
  }
}

/** After this many rounds of tool calls, the model must answer without tools. */
const mostRounds = 8;

export interface Rounds {
  /** Adds a part to the answer. */
  readonly emit: Emit;
  readonly model: LanguageModel;
  readonly observer: ModelObserver;
  readonly request: ModelRequest;
  readonly citations: CitationFilter;
  readonly caller: ToolCaller;
  /** Whether the client runs the tool of this name itself. */
  readonly isClients: (tool: string) => boolean;
  readonly answer: Answer;
  /** The first round's number. */
  readonly first: number;
  /** Characters of the answer, at most. */
  readonly characters: number;
}

/**
 * Asks the model and runs the tools it calls, round by round, until it answers without a call. Returns early
 * when `signal` aborts. An answer that is longer than it may be is cut, and ends with the finish reason `length`.
 *
 * @throws ModelFailure; PortFailure of the database
 */
export async function converseInRounds(
  { emit, model, observer, request, citations, caller, isClients, answer, ...limits }: Rounds,
  signal: AbortSignal,
): Promise<void> {
  const { first, characters } = limits;
  const messages: ModelMessage[] = [...request.messages];
  for (let round = 0; ; round += 1) {
    if (signal.aborted) return;
    const tools = round < mostRounds ? request.tools : [];
    const said = await listen({ ...request, messages: [...messages], tools });
    // Some models end a round of calls with "stop", so only the calls themselves count.
    const calls = tools.length > 0 ? said.calls : [];
    if (signal.aborted || calls.length === 0) {
      // Calls that were aborted are not a finish of the model's own.
      if (said.finishReason && calls.length === 0) answer.finish(said.finishReason);
      return;
    }
    const clients = calls.filter(({ call }) => isClients(call.name));
    if (clients.length > 0) {
      // The client goes on with their results; Docent's own calls of this round the model makes again then.
      for (const { call } of clients) {
        const part = toClientCall(call);
        emit(part);
        const { id, tool, arguments: input } = part;
        answer.record({ id, tool, arguments: input, round: first + round, client: true });
      }
      answer.finish("tool_calls");
      return;
    }
    const made = await caller.call(calls, first + round, signal);
    messages.push(...toMessages(said.text, made));
  }

  /** Asks the model once and emits what it says. */
  async function listen(asked: ModelRequest) {
    const calls: ProposedCall[] = [];
    let finishReason;
    const before = answer.length();
    let start = before;
    let isCut = false;
    const say = (shown: string) => {
      if (shown === "") return;
      // Text after tool calls begins a new paragraph.
      if (start > 0 && answer.length() === before) {
        emit(answer.add("\n\n"));
        start = answer.length();
      }
      const fitting = cutText(shown, characters - answer.length());
      isCut ||= fitting.length < shown.length;
      if (fitting !== "") emit(answer.add(fitting));
    };
    /** Characters of one request's parts that are left, those that are not shown included. */
    let left = characters;
    const modelCall = createModelCall(model, asked, observer);
    let failure: unknown;
    try {
      for await (const part of model.stream(asked, signal)) {
        modelCall.note(part);
        if (part.type === "reasoning-delta") emit({ ...part, text: cutText(part.text, left) });
        else if (part.type === "text-delta") {
          say(citations.push(stripNul(cutText(part.text, left)), part.basis));
        } else if (part.type === "tool-call") calls.push({ call: part.call, basis: part.basis });
        else if (part.type === "degraded") answer.degrade(part.service);
        else if (part.type === "refused") answer.refuse(relatedPages(request));
        else if (part.type === "finished") {
          finishReason = part.finishReason;
          answer.use(part.usage);
          if (part.basis === "words") answer.quote();
        }
        left -= lengthOfPart(part);
        isCut ||= left < 0;
        // Leaving the loop ends the request to the model.
        if (signal.aborted || isCut) break;
      }
    } catch (error) {
      // After an abort, a model may end with any error.
      if (!signal.aborted) {
        failure = error;
        throw error instanceof PortFailure ? new ModelFailure(error) : error;
      }
    } finally {
      modelCall.end(failure);
    }
    say(citations.flush());
    if (isCut) {
      const text = answer.since(start);
      // The model has not told its usage yet.
      if (!finishReason) answer.use({ input_tokens: 0, output_tokens: estimateTokens(text) });
      // It may have been cut off inside a call, so none is made.
      return { text, calls: [], finishReason: "length" } as const;
    }
    if (!finishReason && !signal.aborted) {
      const message = "the model's stream broke off";
      throw new ModelFailure(new PortFailure("unavailable", message, { retryable: true }));
    }
    return { text: answer.since(start), calls, finishReason };
  }
}

/** Characters that a part counts for; at least one, so that there cannot be empty parts without end. */
export function lengthOfPart(part: ModelPart): number {
  if (part.type === "finished" || part.type === "answering") return 0;
  if (part.type === "tool-call") return part.call.name.length + part.call.arguments.length + 1;
  return "text" in part ? Math.max(part.text.length, 1) : 1;
}

/** A call that the client makes; its arguments stay as the model wrote them. */
export function toClientCall({ id, name, arguments: text }: ToolCall): ToolCallPart {
  return {
    type: "tool-call",
    id: stripText(id) || `call_${crypto.randomUUID()}`,
    tool: stripText(name),
    arguments: stripText(text),
  };
}

function relatedPages({ grounding }: ModelRequest) {
  return grounding.mode === "passages" ? grounding.related : [];
}
