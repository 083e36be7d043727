import { describeCause } from "../../lib/describe-cause.ts";
import type { FinishReason, RelatedPage, Usage } from "../../ports/language-model.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Source } from "../../contract/source.ts";
import type { TextSpan } from "../../contract/text-span.ts";
import { documentTools } from "../../contract/tool-names.ts";
import type { ChatPart } from "../parts.ts";
import type { CitablePassage } from "./sources.ts";
import { saveWithRetry } from "./save-with-retry.ts";
import type { ChatStore, EndedAnswer } from "../turns/store.ts";
import type { StoredCall } from "../tools/stored-call.ts";

const citesNothing = (): readonly Source[] => [];

export interface AnswerDependencies {
  readonly store: ChatStore;
  readonly checkpoints: Checkpoints;
}

/** Collects an answer's text and keeps its row up to date until it is saved. */
export function createAnswer(messageId: string, { store, checkpoints }: AnswerDependencies) {
  let content = "";
  let cited = citesNothing;
  let finishReason: FinishReason | null = null;
  let usage: Usage = { input_tokens: 0, output_tokens: 0 };
  const toolCalls: StoredCall[] = [];
  const degraded = new Set<string>();
  let related: readonly RelatedPage[] = [];
  let unsupported: readonly TextSpan[] = [];
  let isQuoted = false;

  let changes = 0;
  const row = () => ({ id: messageId, content, sources: cited(), toolCalls });
  const close = checkpoints.watch({ changes: () => changes, row });
  const save = async (status: EndedAnswer["status"]) => {
    close();
    await saveWithRetry(() =>
      store.saveEnded({ ...row(), unsupported, status, finishReason, usage }),
    );
  };

  return {
    /** How to tell, at any moment, what the text so far cites. */
    citeFrom(read: () => readonly Source[]) {
      cited = read;
    },
    add(text: string): ChatPart {
      content += text;
      changes += 1;
      return { type: "text-delta", text };
    },
    /** Characters so far. */
    length: () => content.length,
    /** What was said from a position on. */
    since: (position: number) => content.slice(position),
    /** What was done without. */
    degrade: (service: string) => void degraded.add(service),
    /** Names the pages that come closest: there is no answer. */
    refuse: (pages: readonly RelatedPage[]) => void (related = pages),
    /** Keeps a call with what came of it. */
    record(call: StoredCall) {
      toolCalls.push(call);
      changes += 1;
    },
    /** What being asked once has cost. */
    use(used: Usage) {
      usage = {
        input_tokens: usage.input_tokens + used.input_tokens,
        output_tokens: usage.output_tokens + used.output_tokens,
      };
    },
    /** What the model said of its end. */
    finish(reason: FinishReason) {
      finishReason = reason;
    },
    /** Notes that what was said is the documents' own words, or the program's: no model made it up. */
    quote: () => void (isQuoted = true),
    /**
     * Looks its sentences up in the passages that it cites: those that are not supported are named, and each
     * source tells the part that supports. Called once, when nothing more will be said.
     */
    async check(passages: readonly CitablePassage[]): Promise<void> {
      const { checkAnswer } = await import("./support/check.ts");
      const tellsOutcomes = toolCalls.some(({ tool }) => tool !== documentTools.search);
      const checked = checkAnswer(content, passages, tellsOutcomes);
      cited = () => checked.sources;
      // What was broken off has its markers still to come.
      if (isQuoted || (finishReason !== "stop" && finishReason !== "length")) return;
      const ended = finishReason === "stop" ? Infinity : content.trimEnd().length;
      unsupported = checked.unsupported.filter(({ end }) => end < ended);
    },
    /** Whether this text is all that was said, and nothing was done. */
    isOnly: (text: string | undefined) => content.trim() === text && toolCalls.length === 0,
    /** Takes the answer and its question out of the conversation: they were of their moment. */
    async discard(): Promise<ChatPart> {
      close();
      await saveWithRetry(() => store.removeTurn(messageId));
      return {
        type: "finished",
        content,
        sources: [],
        related: [],
        unsupported: [],
        usage,
        finishReason: finishReason ?? "cancelled",
        degraded: [...degraded],
      };
    },
    /** Saves the answer as it ended; one that its model did not end was cancelled. */
    async save(): Promise<ChatPart> {
      finishReason ??= "cancelled";
      const status = finishReason === "error" ? "failed" : "complete";
      await save(finishReason === "cancelled" ? "stopped" : status);
      const sources = cited();
      const rest = { usage, finishReason, degraded: [...degraded] };
      return { type: "finished", content, sources, related, unsupported, ...rest };
    },
    async saveFailed(logger: Logger): Promise<void> {
      finishReason = "error";
      await save("failed").catch((error: unknown) => {
        logger.warn("partial answer not saved", { cause: describeCause(error) });
      });
    },
    close,
  };
}

export type Answer = ReturnType<typeof createAnswer>;
