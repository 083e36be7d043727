import { describeCause } from "../cause.ts";
import type { FinishReason, Usage } from "../ports/language-model.ts";
import type { Logger } from "../ports/logger.ts";
import type { ChatPart, Source } from "./parts.ts";
import { savePatiently } from "./save-patiently.ts";
import type { ChatStore, SavedAnswer } from "./store.ts";
import type { StoredCall } from "./tool-calls.ts";

/** An answer in the making is saved this often, so that a killed process keeps its partial text. */
const checkpointMilliseconds = 2000;
/** A silent one is saved too, every so many times: whoever reads it must see that it is alive. */
const checkpointsBetweenSigns = 5;

const citesNothing = (): readonly Source[] => [];

/** Collects an answer's text and keeps its row up to date until it is saved. */
export function createAnswer(messageId: string, store: ChatStore) {
  let content = "";
  let cited = citesNothing;
  let finishReason: FinishReason | null = null;
  let usage: Usage = { input_tokens: 0, output_tokens: 0 };
  const toolCalls: StoredCall[] = [];
  const degraded = new Set<string>();

  const row = (status: SavedAnswer["status"]): SavedAnswer => ({
    id: messageId,
    content,
    status,
    sources: cited(),
    toolCalls,
    finishReason,
    usage: status === "streaming" ? null : usage,
  });

  let changes = 0;
  let savedChanges = 0;
  let silences = 0;
  let saving: Promise<void> | undefined;
  const checkpoint = async () => {
    const saved = changes;
    try {
      await store.save(row("streaming"));
      savedChanges = saved;
      silences = 0;
    } catch {
      // Made up for by the next one, or by the answer's own saving.
    }
    saving = undefined;
  };
  const timer = setInterval(() => {
    silences += 1;
    const isDue = changes > savedChanges || silences >= checkpointsBetweenSigns;
    if (isDue) saving ??= checkpoint();
  }, checkpointMilliseconds);
  const save = async (status: SavedAnswer["status"]) => {
    clearInterval(timer);
    await saving;
    await savePatiently(() => store.save(row(status)));
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
    isEmpty: () => content === "",
    /** What was done without. */
    degrade: (service: string) => void degraded.add(service),
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
    /** Saves the answer as it ended; one that its model did not end was cancelled. */
    async save(): Promise<ChatPart> {
      finishReason ??= "cancelled";
      const status = finishReason === "error" ? "failed" : "complete";
      await save(finishReason === "cancelled" ? "stopped" : status);
      const sources = cited();
      return { type: "finished", content, sources, usage, finishReason, degraded: [...degraded] };
    },
    async saveFailed(logger: Logger): Promise<void> {
      finishReason = "error";
      await save("failed").catch((error: unknown) => {
        logger.warn("partial answer not saved", { cause: describeCause(error) });
      });
    },
    close: () => clearInterval(timer),
  };
}

export type Answer = ReturnType<typeof createAnswer>;
