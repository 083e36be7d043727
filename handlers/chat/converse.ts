import { describeCause } from "../cause.ts";
import { PortFailure } from "../ports/failure.ts";
import type { Grounding, LanguageModel, ModelMessage, Quote } from "../ports/language-model.ts";
import type { Logger } from "../ports/logger.ts";
import { createAnswer } from "./answer.ts";
import { createCitationFilter } from "./citations.ts";
import type { ChatPart, Source } from "./parts.ts";
import { passagesPrompt, selectionPrompt } from "./prompt.ts";
import type { ChatStore } from "./store.ts";

/** What the documents have to say to a question, best passage first. */
export interface Retrieved {
  /** A quote's marker counts these from 1. */
  readonly passages: readonly { readonly source: Source; readonly text: string }[];
  readonly quotes: readonly Quote[];
}

export interface ConverseTools {
  readonly store: ChatStore;
  readonly model: LanguageModel;
  readonly retrieve: (question: string) => Promise<Retrieved>;
  /** The sentences of a text that answer a question. */
  readonly quote: (question: string, text: string) => readonly Quote[];
  readonly logger: Logger;
}

export interface Turn {
  readonly conversationId: string;
  readonly messageId: string;
  readonly question: string;
  readonly history: readonly ModelMessage[];
  readonly mode:
    | { readonly kind: "general" }
    | { readonly kind: "selection"; readonly context: string };
}

/**
 * One turn: finds what the documents say, lets the model answer from it, saves the answer, and only
 * then says that it is finished. Never throws; a failure is the last part.
 */
export async function* converse(
  turn: Turn,
  tools: ConverseTools,
  signal: AbortSignal,
): AsyncGenerator<ChatPart, void, void> {
  const { conversationId, messageId } = turn;
  const degraded = tools.model.outages?.() ?? [];
  yield { type: "started", conversationId, messageId, degraded };
  const answer = createAnswer(messageId, tools.store);
  for (const service of degraded) answer.degrade(service);
  try {
    const { grounding, sources } = await ground(turn, tools);
    const citations = createCitationFilter(sources.length);
    answer.citeFrom(() => citations.cited().flatMap((marker) => sources[marker - 1] ?? []));
    const request = {
      system:
        grounding.mode === "selection"
          ? selectionPrompt(grounding.text)
          : passagesPrompt(grounding.passages),
      messages: [...turn.history, { role: "user" as const, content: turn.question }],
      tools: [],
      grounding,
    };
    try {
      for await (const part of tools.model.stream(request, signal)) {
        if (part.type === "reasoning-delta") yield part;
        else if (part.type === "degraded") answer.degrade(part.service);
        else if (part.type === "finished") answer.finish(part.finishReason, part.usage);
        else if (part.type === "text-delta") {
          // PostgreSQL's text cannot hold U+0000.
          const text = citations.push(part.text.replaceAll("\0", ""));
          if (text !== "") yield answer.add(text);
        }
        if (signal.aborted) break;
      }
    } catch (error) {
      // Told to stop, a model may end with any error it likes.
      if (!signal.aborted) throw error;
    }
    const rest = citations.flush();
    if (rest !== "") yield answer.add(rest);
    if (!answer.isFinished() && !signal.aborted) {
      throw new PortFailure("unavailable", "the model's stream broke off", { retryable: true });
    }
    yield await answer.save();
  } catch (error) {
    tools.logger.error("chat turn failed", { message_id: messageId, cause: describeCause(error) });
    await answer.saveFailed(tools.logger);
    yield toFailedPart(error);
  } finally {
    answer.close();
  }
}

async function ground(
  turn: Turn,
  tools: ConverseTools,
): Promise<{ grounding: Grounding; sources: readonly Source[] }> {
  if (turn.mode.kind === "selection") {
    const text = turn.mode.context;
    const quotes = tools.quote(turn.question, text);
    return { grounding: { mode: "selection", text, quotes }, sources: [] };
  }
  const { passages, quotes } = await tools.retrieve(turn.question);
  const grounding: Grounding = {
    mode: "passages",
    passages: passages.map(({ source, text }, index) => ({
      marker: index + 1,
      title: source.title,
      headingPath: source.heading_path,
      text,
    })),
    quotes,
  };
  return { grounding, sources: passages.map(({ source }) => source) };
}

function toFailedPart(error: unknown): ChatPart {
  if (error instanceof PortFailure) {
    const message = error.retryable
      ? "A service this needs is not answering. Try again soon."
      : "A service this needs refused to work.";
    return { type: "failed", code: error.code, message, retryable: error.retryable };
  }
  const message = "Something went wrong on our side.";
  return { type: "failed", code: "internal_error", message, retryable: false };
}
