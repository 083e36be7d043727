/** A piece of a tool call. Vendors leave out any field. */
export interface ToolCallDelta {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: {
    readonly name?: string | null;
    readonly arguments?: string | object | null;
  } | null;
  /** Gemini's signature of its thoughts. */
  readonly extra_content?: object | null;
}

/** A piece of the answer, with each vendor's field names. */
export interface Delta {
  readonly role?: string | null;
  readonly content?: string | null;
  readonly refusal?: string | null;
  /** DeepSeek's, vLLM's and llama.cpp's name. */
  readonly reasoning_content?: string | null;
  /** OpenRouter's and Ollama's name. */
  readonly reasoning?: string | null;
  readonly tool_calls?: readonly ToolCallDelta[] | null;
  readonly extra_content?: { readonly google?: { readonly thought?: boolean } } | null;
}

/** The fields we read of an event of a chat-completions stream. */
export interface Frame {
  readonly error?: unknown;
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
  readonly choices?: readonly {
    readonly delta?: Delta | null;
    /** In the answer of a server that does not stream. */
    readonly message?: Delta | null;
    readonly finish_reason?: string | null;
    readonly error?: unknown;
  }[];
}
