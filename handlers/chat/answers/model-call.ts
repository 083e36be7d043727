import { spanNames, spanOperations } from "../../lib/span-names.ts";
import { errorCodeOf } from "../../lib/spans.ts";
import type { LanguageModel, ModelPart, ModelRequest, Usage } from "../../ports/language-model.ts";
import type { TraceSpan } from "../../ports/tracer.ts";
import type { AnswerAccount } from "./account.ts";
import { estimateTokens } from "./history.ts";

export interface ModelObserver {
  readonly account: AnswerAccount;
  readonly conversationId: string;
  /** The request's; undefined where it is not traced. */
  readonly span: TraceSpan | undefined;
}

type Finished = Extract<ModelPart, { readonly type: "finished" }>;

/** The provider where no vendor is asked. */
const ownProvider = "docent";

/** Counts the tokens of one request to a model, and traces it; of texts only the length is used. */
export function createModelCall(
  { name }: LanguageModel,
  request: ModelRequest,
  { account, conversationId, span: parent }: ModelObserver,
) {
  let asked = { provider: ownProvider, model: name };
  let heard = "";
  let finished: Finished | undefined;
  const span = parent?.start(spanOperations.chat, "client", {
    [spanNames.operation]: spanOperations.chat,
    [spanNames.conversation]: conversationId,
  });
  return {
    /** Notes each part, before anything else is done with it. */
    note(part: ModelPart): void {
      if (part.type === "text-delta" || part.type === "reasoning-delta") heard += part.text;
      else if (part.type === "tool-call") heard += part.call.arguments;
      else if (part.type === "finished") finished = part;
      else if (part.type === "answering") asked = { provider: part.provider, model: part.model };
    },
    /** @param error undefined where the reader stopped it, or nothing failed */
    end(error: unknown): void {
      const used =
        finished && tellsUsage(finished) ? finished.usage : estimateUsage(request, heard);
      account.spend(asked.model, used);
      span?.end({
        name: `${spanOperations.chat} ${asked.model}`,
        error: error === undefined ? undefined : errorCodeOf(error),
        attributes: {
          [spanNames.provider]: asked.provider,
          [spanNames.requestModel]: asked.model,
          [spanNames.finishReasons]: finished && [finished.finishReason],
          [spanNames.inputTokens]: used.input_tokens,
          [spanNames.outputTokens]: used.output_tokens,
        },
      });
    },
  };
}

/** Whether the usage is told: some servers tell none. Quoting uses none. */
function tellsUsage({ usage, basis }: Finished): boolean {
  return basis === "words" || usage.input_tokens + usage.output_tokens > 0;
}

/** Of a request whose model told no usage, or ended before it could: neither must be free. */
function estimateUsage({ system, data = "", messages }: ModelRequest, heard: string): Usage {
  if (heard === "") return { input_tokens: 0, output_tokens: 0 };
  const read = [system, data, ...messages.map(({ content }) => content)];
  return {
    input_tokens: read.reduce((sum, text) => sum + estimateTokens(text), 0),
    output_tokens: estimateTokens(heard),
  };
}
