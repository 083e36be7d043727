/** A piece of a document that may answer, best first. `marker` is the n of its `[n]`. */
export interface GroundingPassage {
  readonly marker: number;
  readonly title: string;
  readonly headingPath: readonly string[];
  readonly text: string;
}

export interface ModelMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** One turn. Models that read prompts use `system` and `messages`; the extractive one `grounding`. */
export interface ModelRequest {
  readonly system: string;
  /** Oldest first; the last one is the question. */
  readonly messages: readonly ModelMessage[];
  readonly grounding: Grounding;
}

/** A sentence that may answer, word for word. `marker` is its passage's, null in a user's selection. */
export interface Quote {
  readonly marker: number | null;
  readonly text: string;
}

/** What the answer may rest on. `quotes` are its best sentences, in reading order; none: it does not say. */
export type Grounding =
  | {
      readonly mode: "passages";
      readonly passages: readonly GroundingPassage[];
      readonly quotes: readonly Quote[];
    }
  /** The user's own selection, to be answered from alone and without markers. */
  | { readonly mode: "selection"; readonly text: string; readonly quotes: readonly Quote[] };

export type FinishReason =
  | "stop"
  | "length"
  | "tool_calls"
  | "content_filter"
  | "cancelled"
  | "error";

export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export type ModelPart =
  | { readonly type: "text-delta"; readonly text: string }
  | { readonly type: "reasoning-delta"; readonly text: string }
  | { readonly type: "finished"; readonly finishReason: FinishReason; readonly usage: Usage };

export interface LanguageModel {
  readonly name: string;
  /**
   * Streams one answer; the last part is `finished`. Ends early, without it, when `signal` aborts.
   * Throws PortFailure.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
}
