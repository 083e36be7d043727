/**
 * Characters for each token of an answer's limit, after which its text or its calls are cut: more than a token has in
 * any language, so that only a model that ignores its limit is cut.
 */
export const charactersPerToken = 8;

/** A passage that may answer the question; those of a page stand in its order. `marker` is the number of its citation marker. */
export interface GroundingPassage {
  readonly marker: number;
  readonly title: string;
  readonly headingPath: readonly string[];
  readonly text: string;
}

/** One of the pages nearest to a question that the documents do not answer; the wire's field names. */
export interface RelatedPage {
  readonly document_id: string;
  readonly title: string;
  readonly url: string | null;
  readonly path: string;
}

/** A tool call as the model asked for it. `arguments` is JSON text, not yet validated. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
  /** The vendor's own data, sent back unread with the call: plain JSON. */
  readonly echo?: object;
}

/** What a model is told about a tool it may call. */
export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments, an object's. */
  readonly parameters: object;
}

export type ModelMessage =
  | { readonly role: "user"; readonly content: string }
  | {
      readonly role: "assistant";
      readonly content: string;
      /** Each is answered by a later `tool` message. */
      readonly toolCalls?: readonly ToolCall[];
    }
  /** A tool's result or failure, as JSON text. */
  | { readonly role: "tool"; readonly toolCallId: string; readonly content: string };

/** One turn. Models that read prompts use `system`, `data` and `messages`; the extractive one `grounding`. */
export interface ModelRequest {
  readonly system: string;
  /** What the answer may be based on, as the user's data: it goes before the last user message. */
  readonly data?: string | undefined;
  /** Oldest first; the last one is the question, or the results of the tools just called. */
  readonly messages: readonly ModelMessage[];
  /** The tools that the model may call; empty: it can only answer in text. */
  readonly tools: readonly ToolDescription[];
  readonly grounding: Grounding;
  /** Of this answer, at most, where it is fewer than the settings allow. */
  readonly answerTokens?: number | undefined;
}

/**
 * A block of Markdown that answers, word for word: a paragraph, a list, a table or code. `marker` is its
 * passage's number; null in a user's selection.
 */
export interface Quote {
  readonly marker: number | null;
  readonly text: string;
}

/**
 * What an answer may be based on. `quotes` are the best blocks, the best section first; when there is none, the
 * documents do not answer, and `related` are the nearest pages.
 */
export type Grounding =
  | {
      readonly mode: "passages";
      readonly passages: readonly GroundingPassage[];
      readonly quotes: readonly Quote[];
      readonly related: readonly RelatedPage[];
      /** The exact answer when these do not answer; undefined: that the documents do not say. */
      readonly otherwise?: string;
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
  /** `basis`: `words` for text that is quoted or read off, in which only `[n]` is a marker. */
  | { readonly type: "text-delta"; readonly text: string; readonly basis?: "words" }
  | { readonly type: "reasoning-delta"; readonly text: string }
  /**
   * A whole call with complete arguments. `basis`: whether a model proposed it, or a parser read it from the
   * user's own words; such a call needs fewer confirmations.
   */
  | { readonly type: "tool-call"; readonly call: ToolCall; readonly basis: "proposal" | "words" }
  /** Which model writes what follows, by its vendor's names; a model that is not asked through a vendor sends none. */
  | { readonly type: "answering"; readonly provider: string; readonly model: string }
  /** A service is down and was left out; its name is that of /api/health. */
  | { readonly type: "degraded"; readonly service: string }
  /** The text says that the grounding does not answer. */
  | { readonly type: "refused" }
  | {
      readonly type: "finished";
      readonly finishReason: FinishReason;
      readonly usage: Usage;
      /** `words`: what was said was quoted or read off, and no model made it up. */
      readonly basis?: "words";
    };

export interface LanguageModel {
  readonly name: string;
  /** Answers by quoting, and uses no tokens; undefined where the model itself does. */
  readonly quoting?: LanguageModel;
  /** Services known to be down, named as in /api/health; sends no request. */
  outages?(): readonly string[];
  /**
   * Streams one answer; the last part is `finished`, with finish reason `tool_calls` when the model waits for
   * the results of its calls. Ends early, without that part, when `signal` aborts.
   *
   * @throws PortFailure
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
}

/** A configured model, which answers by itself: no other one takes over. */
export interface UpstreamModel {
  /** The vendor's name of it. */
  readonly name: string;
  readonly model: LanguageModel;
}
