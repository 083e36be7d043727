import { PortFailure } from "../ports/failure.ts";
import type {
  FinishReason,
  Grounding,
  LanguageModel,
  ModelMessage,
  Quote,
  Usage,
} from "../ports/language-model.ts";
import type { Logger } from "../ports/logger.ts";
import { createCitationFilter } from "./citations.ts";
import type { ChatPart, Source } from "./parts.ts";
import { passagesPrompt, selectionPrompt } from "./prompt.ts";
import type { ChatStore, SavedAnswer } from "./store.ts";

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

/** An answer in the making is saved this often, so that a killed process keeps its partial text. */
const checkpointMilliseconds = 2000;

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
  yield { type: "started", conversationId, messageId, degraded: [] };
  const answer = createAnswer(turn, tools.store);
  try {
    const { grounding, sources } = await ground(turn, tools);
    const citations = createCitationFilter(sources.length);
    const request = {
      system:
        grounding.mode === "selection"
          ? selectionPrompt(grounding.text)
          : passagesPrompt(grounding.passages),
      messages: [...turn.history, { role: "user" as const, content: turn.question }],
      grounding,
    };
    for await (const part of tools.model.stream(request, signal)) {
      if (part.type === "reasoning-delta") yield part;
      else if (part.type === "finished") answer.finish(part.finishReason, part.usage);
      else {
        const text = citations.push(part.text);
        if (text !== "") yield answer.add(text);
      }
      if (signal.aborted) break;
    }
    const rest = citations.flush();
    if (rest !== "") yield answer.add(rest);
    const cited = citations.cited().flatMap((marker) => sources[marker - 1] ?? []);
    yield await answer.save(cited);
  } catch (error) {
    tools.logger.error("chat turn failed", { code: codeOf(error), message_id: messageId });
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

/** Collects the answer's text and keeps its row up to date. */
function createAnswer(turn: Turn, store: ChatStore) {
  let content = "";
  let savedLength = 0;
  let finishReason: FinishReason = "cancelled";
  let usage: Usage = { input_tokens: 0, output_tokens: 0 };
  let pending: Promise<unknown> = Promise.resolve();

  const row = (status: SavedAnswer["status"], sources: readonly Source[]): SavedAnswer => ({
    id: turn.messageId,
    content,
    status,
    sources,
    finishReason: status === "streaming" || status === "failed" ? null : finishReason,
    usage: status === "streaming" ? null : usage,
  });

  const timer = setInterval(() => {
    if (content.length === savedLength) return;
    savedLength = content.length;
    // A checkpoint that fails is made up for by the next one, or by the answer's own saving.
    pending = store.save(row("streaming", [])).catch(() => undefined);
  }, checkpointMilliseconds);

  return {
    add(text: string): ChatPart {
      content += text;
      return { type: "text-delta", text };
    },
    finish(reason: FinishReason, used: Usage) {
      finishReason = reason;
      usage = used;
    },
    async save(sources: readonly Source[]): Promise<ChatPart> {
      clearInterval(timer);
      await pending;
      await store.save(row(finishReason === "cancelled" ? "stopped" : "complete", sources));
      return { type: "finished", content, sources, usage, finishReason };
    },
    async saveFailed(logger: Logger): Promise<void> {
      clearInterval(timer);
      await pending;
      await store.save(row("failed", [])).catch((error: unknown) => {
        logger.warn("partial answer not saved", { code: codeOf(error) });
      });
    },
    close: () => clearInterval(timer),
  };
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

function codeOf(error: unknown): string {
  return error instanceof PortFailure
    ? error.code
    : error instanceof Error
      ? error.name
      : "unknown";
}
