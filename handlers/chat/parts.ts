import type { AnswerFailure } from "../contract/chat.ts";
import type { FinishReason, RelatedPage, Usage } from "../ports/language-model.ts";
import type { TextSpan } from "../contract/text-span.ts";
import type { Source } from "../contract/source.ts";

/** A part of a turn; each dialect encodes parts in its own format. */
export type ChatPart =
  | {
      readonly type: "started";
      readonly conversationId: string;
      readonly messageId: string;
      /** What it is made without; `budget`: without a language model, because the day's tokens are used up. */
      readonly degraded: readonly string[];
    }
  | { readonly type: "text-delta"; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly text: string }
  | {
      readonly type: "tool-call";
      readonly id: string;
      readonly tool: string;
      /** The arguments as the tool's schema parsed them; as the model sent them if they are invalid. */
      readonly arguments: unknown;
    }
  | {
      readonly type: "tool-result";
      /** The call's id. */
      readonly id: string;
      readonly tool: string;
      readonly outcome:
        | { readonly kind: "done"; readonly result: object }
        | { readonly kind: "failed"; readonly error: string; readonly message: string }
        | {
            readonly kind: "needs-confirmation";
            readonly confirmationId: string;
            /** What would happen, in a sentence. */
            readonly summary: string;
          };
    }
  /** A call that the user must approve first. */
  | {
      readonly type: "confirmation";
      readonly id: string;
      /** The id of the call to confirm. */
      readonly toolCallId: string;
      readonly tool: string;
      readonly arguments: unknown;
      /** What would happen, in a sentence. */
      readonly summary: string;
      readonly expiresAt: string;
    }
  | {
      readonly type: "finished";
      /** The whole answer, as saved. */
      readonly content: string;
      readonly sources: readonly Source[];
      /** The nearest pages, when the documents do not answer. */
      readonly related: readonly RelatedPage[];
      /** Sentences that the passages they cite do not support. */
      readonly unsupported: readonly TextSpan[];
      readonly usage: Usage;
      readonly finishReason: FinishReason;
      /** Services left out, those of `started` and those that failed later. */
      readonly degraded: readonly string[];
      /** Milliseconds since 1970. */
      readonly endedAt: number;
    }
  | {
      readonly type: "failed";
      readonly code: AnswerFailure;
      readonly message: string;
      readonly retryable: boolean;
    };

export type ToolCallPart = Extract<ChatPart, { type: "tool-call" }>;
export type FinishedPart = Extract<ChatPart, { type: "finished" }>;
