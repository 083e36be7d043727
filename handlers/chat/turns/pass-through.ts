import type { Admission, Checked } from "../../http/access/admission.ts";
import { describeCause } from "../../lib/describe-cause.ts";
import { uuidV7 } from "../../lib/ids.ts";
import { stripNul } from "../../lib/text.ts";
import { PortFailure } from "../../ports/failure.ts";
import type {
  FinishReason,
  LanguageModel,
  ModelMessage,
  ToolDescription,
  Usage,
} from "../../ports/language-model.ts";
import { toFailedPart } from "../answers/converse.ts";
import { toClientCall } from "../answers/model-rounds.ts";
import type { Emit, Run } from "./run.ts";
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

const nothing = { mode: "passages", passages: [], quotes: [], related: [] } as const;

/**
 * Asks a configured model by itself, without documents and Docent's tools; stores only the count for the rate limit.
 *
 * @throws PortFailure
 */
export async function startPassThrough(
  asked: PassedQuestion,
  admission: Admission,
  deps: TurnDependencies,
): Promise<Checked<Run>> {
  const counted = await deps.store.count(admission);
  if (counted.kind !== "admitted") return counted;
  const now = deps.clock.now();
  const ids = { conversationId: uuidV7(now), messageId: uuidV7(now) };
  const run = deps.runs.start({
    ...ids,
    ownerId: admission.userId,
    dialect: "openai",
    kept: false,
    async work(emit, signal) {
      emit({ type: "started", ...ids, degraded: [] });
      try {
        await passThrough(asked, emit, signal);
      } catch (error) {
        const cause = describeCause(error);
        deps.logger.error("chat turn failed", { message_id: ids.messageId, cause });
        emit(toFailedPart(error, error instanceof PortFailure));
      }
    },
  });
  return { ...counted, value: run };
}

async function passThrough(
  { model, question, history, following, ...asked }: PassedQuestion,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const messages = [...history, { role: "user", content: question } as const, ...following];
  const { instructions: system, clientTools: tools, answerTokens } = asked;
  const request = { system, messages, tools, grounding: nothing, answerTokens };
  let content = "";
  let finishReason: FinishReason = "cancelled";
  let usage: Usage = { input_tokens: 0, output_tokens: 0 };
  for await (const part of model.stream(request, signal)) {
    if (part.type === "text-delta") {
      const text = stripNul(part.text);
      content += text;
      emit({ type: "text-delta", text });
    } else if (part.type === "reasoning-delta") emit(part);
    else if (part.type === "tool-call") emit(toClientCall(part.call));
    else if (part.type === "finished") ({ finishReason, usage } = part);
  }
  emit({
    type: "finished",
    content,
    sources: [],
    related: [],
    unsupported: [],
    usage,
    finishReason,
    degraded: [],
  });
}
