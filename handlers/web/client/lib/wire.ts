/** What the server sends, as far as the page reads it. */
export interface Source {
  readonly title: string;
  readonly url?: string | null;
  readonly heading_path?: readonly string[];
  readonly excerpt: string;
}

/** Something the assistant did, or tried to do. */
export interface ToolCall {
  readonly id: string;
  readonly tool: string;
  readonly arguments?: unknown;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
  readonly status?: string;
  readonly confirmation_id?: string;
  /** Of a confirmation: what would happen, in a sentence. */
  readonly summary?: string;
  /** It was the reader's word on a confirmation that set it off, or did not. */
  readonly decision?: Decision;
}

export type Decision = "approved" | "declined";

/** Something the assistant may only do when the reader says so. */
export interface Confirmation {
  readonly id: string;
  readonly tool: string;
  /** What would happen, in a sentence. */
  readonly summary: string;
  readonly expires_at: string;
}

export interface StoredMessage {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly content: string;
  readonly sources?: readonly Source[];
  readonly tool_calls?: readonly ToolCall[];
  readonly status: "streaming" | "complete" | "stopped" | "failed";
  readonly created_at?: string;
}

export interface StoredConversation {
  readonly id: string;
  readonly title?: string;
  readonly messages: readonly StoredMessage[];
}

export interface Account {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly kind: "guest" | "user";
  /** Only where one asks for one's own account. */
  readonly has_password?: boolean;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** What signing in answers; a guest made by the way, in a chat, comes without its account. */
export interface Grant extends Tokens {
  readonly user?: Account;
}

export interface Problem {
  readonly code: string;
  /** A sentence for the reader. */
  readonly detail: string;
  readonly status: number;
  /** Seconds until a repetition has a chance, where the server said so. */
  readonly retryAfter?: number;
  readonly retryable: boolean;
  /** What is wrong with which field, such as `body.email`. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

export interface MetadataEvent extends Partial<Tokens> {
  readonly type: "metadata";
  readonly conversation_id: string;
  readonly message_id: string;
  readonly degraded?: readonly string[];
}

/** The events this page knows; any other type is passed over. */
export type ChatEvent =
  | MetadataEvent
  | { readonly type: "token"; readonly content: string }
  | ({ readonly type: "tool_call" | "tool_result" } & ToolCall)
  | ({ readonly type: "confirmation" } & Confirmation)
  | {
      readonly type: "done";
      readonly content: string;
      readonly sources: readonly Source[];
      readonly finish_reason: string;
      readonly degraded?: readonly string[];
    }
  | {
      readonly type: "error";
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
    };

const known = new Set([
  "metadata",
  "token",
  "tool_call",
  "tool_result",
  "confirmation",
  "done",
  "error",
]);

/** Reads one `data:` field; undefined for what is no JSON or of a type this page does not know. */
export function parseChatEvent(data: string): ChatEvent | undefined {
  try {
    const event: unknown = JSON.parse(data);
    if (typeof event !== "object" || event === null || !("type" in event)) return undefined;
    return known.has(String(event.type)) ? (event as ChatEvent) : undefined;
  } catch {
    return undefined;
  }
}
