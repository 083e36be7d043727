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

interface ContentChunk {
  readonly text?: string;
  /** https://docs.mistral.ai/capabilities/reasoning/ */
  readonly thinking?: readonly ContentChunk[];
}

/** A piece of the answer, with each vendor's field names. */
export interface Delta {
  readonly role?: string | null;
  /** A list of chunks from Mistral's reasoning models. */
  readonly content?: string | readonly ContentChunk[] | null;
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

/** The text of a delta's content; empty for what is no text. */
export function textIn(content: Delta["content"]): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map(({ text }) => (typeof text === "string" ? text : ""))
    .join("");
}

/** The thoughts in a list of chunks. */
export function thoughtsIn(content: Delta["content"]): string {
  if (typeof content === "string") return "";
  return listOf(content)
    .map(({ thinking }) => textIn(thinking))
    .join("");
}

/** Servers send what they like: only objects in lists count. */
function listOf(content: unknown): readonly ContentChunk[] {
  return Array.isArray(content)
    ? content.filter((chunk) => typeof chunk === "object" && chunk)
    : [];
}

/** More would not be believed, and many together still fit the database. */
const mostTokens = 2 ** 31 - 1;

/** A number of tokens as a server tells it, as a whole number: some tell fractions; 0 for what is no number. */
export function countTokens(told: unknown): number {
  const count = Math.round(Number(told));
  return count > 0 ? Math.min(count, mostTokens) : 0;
}
