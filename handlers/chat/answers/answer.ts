import { describeCause } from "../../lib/describe-cause.ts";
import type { Clock } from "../../ports/clock.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { FinishReason, RelatedPage, Usage } from "../../ports/language-model.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Source } from "../../contract/source.ts";
import type { TextSpan } from "../../contract/text-span.ts";
import { documentTools } from "../../contract/tool-names.ts";
import type { ChatPart } from "../parts.ts";
import { addUsage, type AnswerAccount, type EndedOutcome } from "./account.ts";
import type { CitablePassage } from "./sources.ts";
import { saveWithRetry } from "./save-with-retry.ts";
import { toLogged } from "../turns/kept-parts.ts";
import type { RunWriter } from "../turns/run.ts";
import type { ChatStore, EndedAnswer } from "../turns/store.ts";
import type { StoredCall } from "../tools/stored-call.ts";

/** Milliseconds to go on trying to save a finished answer while the database is out. */
const savePatience = 60_000;
/** Of a failed answer, whose text so far the checkpoints have saved: its reader waits for the error. */
const failedPatience = 5000;

const loadCheck = async () => (await import("./support/check.ts")).checkAnswer;
/** Loaded by the first answer, and kept, because to import even a loaded module takes a part of a millisecond. */
let loaded: ReturnType<typeof loadCheck> | undefined;

const citesNothing = (): readonly Source[] => [];

export interface AnswerDependencies {
  readonly store: ChatStore;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Collects an answer's text, tool calls and usage; checkpoints save its row every 2 s until the end is saved.
 */
export function createAnswer(
  messageId: string,
  run: RunWriter,
  account: AnswerAccount,
  deps: AnswerDependencies,
) {
  const { store, checkpoints, clock, logger } = deps;
  let content = "";
  let cited = citesNothing;
  let finishReason: FinishReason | null = null;
  let usage: Usage = { input_tokens: 0, output_tokens: 0 };
  const toolCalls: StoredCall[] = [];
  const degraded = new Set<string>();
  let related: readonly RelatedPage[] = [];
  let unsupported: readonly TextSpan[] = [];
  let isQuoted = false;
  let saysNoAnswer = false;
  let isRefused = false;

  const row = () => ({ content, sources: cited(), toolCalls });
  const close = checkpoints.watch({ id: messageId, row, run });
  const save = async (
    status: EndedAnswer["status"],
    end: ChatPart,
    milliseconds = savePatience,
  ) => {
    const from = close();
    const count = account.count(outcomeOf(status));
    const log = toLogged([...run.partsFrom(from), end], from);
    const ended = {
      id: messageId,
      ...row(),
      unsupported,
      isRefused,
      status,
      finishReason,
      usage,
      count,
      log,
    };
    await saveWithRetry(() => store.saveEnded(ended), { milliseconds, clock });
  };
  const finished = (reason: FinishReason) => ({
    type: "finished" as const,
    content,
    sources: cited(),
    related,
    unsupported,
    usage,
    finishReason: reason,
    degraded: [...degraded],
    endedAt: clock.now(),
  });
  const outcomeOf = (status: EndedAnswer["status"]): EndedOutcome => {
    if (status === "failed") return "failed";
    if (status === "stopped") return "interrupted";
    return isRefused ? "refused" : "answered";
  };

  return {
    /** Sets the function that returns the sources cited by the text so far. */
    citeFrom(read: () => readonly Source[]) {
      cited = read;
    },
    add(text: string): ChatPart {
      account.hear();
      content += text;
      return { type: "text-delta", text };
    },
    /** UTF-16 units so far. */
    length: () => content.length,
    /** The text from a position on. */
    since: (position: number) => content.slice(position),
    /** Notes a service that was down and left out. */
    degrade: (service: string) => void degraded.add(service),
    /** Sets the nearest pages, for a question that the documents do not answer. */
    refuse(pages: readonly RelatedPage[]) {
      related = pages;
      saysNoAnswer = true;
    },
    /** Adds a call with its result. */
    record(call: StoredCall) {
      toolCalls.push(call);
    },
    /** Adds the tokens that one request to the model used. */
    use: (used: Usage) => void (usage = addUsage(usage, used)),
    /** Notes why the model ended. */
    finish(reason: FinishReason) {
      finishReason = reason;
    },
    /**
     * Notes that the text is quoted from the documents or comes from the program; no model wrote it, so `check`
     * names no sentence of it.
     */
    quote: () => void (isQuoted = true),
    /**
     * Compares the answer's sentences with the passages they cite: notes the unsupported ones, and narrows each
     * source to the part that supports them. Notes whether the answer says that the documents do not answer: a model
     * says so in words of its own, so each of its whole answers that cites nothing and tells of no task counts.
     * Called once, at the end of the text.
     */
    async check(passages: readonly CitablePassage[]): Promise<void> {
      const checkAnswer = await (loaded ??= loadCheck());
      const tellsOutcomes = toolCalls.some(({ tool }) => tool !== documentTools.search);
      const restsOnNothing = passages.length === 0 && !tellsOutcomes && finishReason === "stop";
      isRefused = restsOnNothing && (saysNoAnswer || !isQuoted);
      const checked = checkAnswer(content, passages, tellsOutcomes);
      cited = () => checked.sources;
      // An answer that was cut off may lack the markers of its last sentences.
      if (isQuoted || (finishReason !== "stop" && finishReason !== "length")) return;
      const ended = finishReason === "stop" ? Infinity : content.trimEnd().length;
      unsupported = checked.unsupported.filter(({ end }) => end < ended);
    },
    /** Whether the answer is exactly this text, without tool calls. */
    isOnly: (text: string | undefined) => content.trim() === text && toolCalls.length === 0,
    /**
     * Deletes the answer and its question from the conversation: they only told that documents are still being
     * read.
     *
     * @throws PortFailure
     */
    async discard(): Promise<ChatPart> {
      close();
      const patience = { milliseconds: failedPatience, clock };
      await saveWithRetry(() => store.removeTurn(messageId, account.count("refused")), patience);
      account.close("refused");
      const end = finished(finishReason ?? "cancelled");
      return { ...end, sources: [], related: [], unsupported: [] };
    },
    /**
     * Saves the ended answer; without a finish reason from the model it counts as cancelled. Where the database
     * is out for a minute, the part is a failure that says so.
     *
     * @throws PortFailure where the database refuses the answer
     */
    async save(): Promise<ChatPart> {
      finishReason ??= "cancelled";
      const whole = finishReason === "error" ? "failed" : "complete";
      const status = finishReason === "cancelled" ? "stopped" : whole;
      const end = finished(finishReason);
      try {
        await save(status, end);
        account.close(outcomeOf(status));
      } catch (error) {
        if (!(error instanceof PortFailure) || !error.retryable) throw error;
        account.close(outcomeOf(status));
        logger.error("answer not saved", { message_id: messageId, cause: describeCause(error) });
        return notSaved;
      }
      return end;
    },
    /** Saves the partial answer as failed, with its last part; logs a failure to save. Never throws. */
    async saveFailed(end: ChatPart): Promise<void> {
      finishReason = "error";
      account.close("failed");
      await save("failed", end, failedPatience).catch((error: unknown) => {
        logger.warn("partial answer not saved", { cause: describeCause(error) });
      });
    },
    close,
  };
}

const notSaved: ChatPart = {
  type: "failed",
  code: "answer_not_saved",
  message:
    "The answer is whole, but the database did not take it. It can be read again while the server runs.",
  retryable: true,
};

export type Answer = ReturnType<typeof createAnswer>;
