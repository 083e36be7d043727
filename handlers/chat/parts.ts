import type { FinishReason, Usage } from "../ports/language-model.ts";

/** A passage an answer rests on. `[n]` in the text is the n-th of them. */
export interface Source {
  readonly id: string;
  readonly document_id: string;
  readonly path: string;
  readonly title: string;
  readonly url: string | null;
  readonly heading_path: readonly string[];
  /** The passage as plain text. */
  readonly excerpt: string;
  /** UTF-16 units into the document as it was ingested. */
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

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
      readonly type: "finished";
      /** The whole answer, as it was saved. */
      readonly content: string;
      readonly sources: readonly Source[];
      readonly usage: Usage;
      readonly finishReason: FinishReason;
    }
  | {
      readonly type: "failed";
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
    };
