import type { AnswerFailure } from "../contract/problems.ts";
import type { FinishReason, RelatedPage, Usage } from "../ports/language-model.ts";
import type { TextSpan } from "../contract/text-span.ts";
import type { Source } from "../contract/source.ts";

/** What a conversation's turn is made of; each dialect encodes these in its own way. */
export type ChatPart =
  | {
      readonly type: "started";
      readonly conversationId: string;
      readonly messageId: string;
      /** Services that are out and were done without. */
      readonly degraded: readonly string[];
    }
  | { readonly type: "text-delta"; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly text: string }
  | {
      readonly type: "tool-call";
      readonly id: string;
      readonly tool: string;
      /** As checked by the tool's schema; as the model sent them where they did not fit it. */
      readonly arguments: unknown;
    }
  | {
      readonly type: "tool-result";
      /** The call's. */
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
  /** Something the user must approve before it is done. */
  | {
      readonly type: "confirmation";
      readonly id: string;
      /** The call it is about. */
      readonly toolCallId: string;
      readonly tool: string;
      readonly arguments: unknown;
      /** What would happen, in a sentence. */
      readonly summary: string;
      readonly expiresAt: string;
    }
  | {
      readonly type: "finished";
      /** The whole answer, as it was saved. */
      readonly content: string;
      readonly sources: readonly Source[];
      /** The pages that come closest, where the documents do not answer. */
      readonly related: readonly RelatedPage[];
      /** Sentences that no passage supports which they cite. */
      readonly unsupported: readonly TextSpan[];
      readonly usage: Usage;
      readonly finishReason: FinishReason;
      /** Services that turned out to be out while the answer was made, with those of `started`. */
      readonly degraded: readonly string[];
    }
  | {
      readonly type: "failed";
      readonly code: AnswerFailure;
      readonly message: string;
      readonly retryable: boolean;
    };
