// The page's view of the contract. Only types are imported, and values that need no schema, so that the schemas
// stay out of the page's bundle.
import type { ChatEvent } from "../../../contract/chat.ts";
import type { ToolActivity } from "../../../contract/conversation.ts";
import type { FieldError } from "../../../contract/problem.ts";
import type { ProblemCode } from "../../../contract/problems.ts";
import type { Source } from "../../../contract/source.ts";
import type { Grant, OwnUser, User } from "../../../contract/user.ts";

/** The fields of a source that the page shows. */
export type CitedSource = Pick<
  Source,
  "title" | "url" | "path" | "heading_path" | "excerpt" | "code"
>;

/** A tool call in a stream: first the call, later its result. */
export type ToolNews = Pick<ToolActivity, "id" | "tool"> & Partial<ToolActivity>;

/** An account or a guest; `has_password` is only known of the reader's own account. */
export type Account = User & Partial<Pick<OwnUser, "has_password">>;

export type TokenPair = Pick<Grant, "access_token" | "refresh_token">;

/** The tokens to keep; those of a guest who began in a chat come without the account. */
export interface KeptGrant extends TokenPair {
  readonly user?: Account;
}

/** Problems that the page itself detects. */
type PageTrouble = "connection_lost" | "session_ended" | "unexpected" | "unreachable";

/** A problem to show to the reader. */
export interface Trouble {
  readonly code: ProblemCode | PageTrouble;
  /** A sentence for the reader. */
  readonly detail: string;
  /** The answer's HTTP status; 0: no answer. */
  readonly status: number;
  /** Seconds to wait before a retry, if the server said so. */
  readonly retryAfter?: number;
  /** Whether to offer a retry. */
  readonly retryable: boolean;
  /** Each field's error, with its path such as `body.email`. */
  readonly errors?: readonly FieldError[];
}

/** The events that this page shows; others are ignored. */
export type ShownEvent = Exclude<ChatEvent, { type: "reasoning" }>;

const shown: ReadonlySet<string> = new Set<ShownEvent["type"]>([
  "metadata",
  "token",
  "tool_call",
  "tool_result",
  "confirmation",
  "done",
  "error",
]);

/** Parses one `data:` field; undefined if it is not JSON or of an unknown type. */
export function parseChatEvent(data: string): ShownEvent | undefined {
  try {
    const event: unknown = JSON.parse(data);
    if (typeof event !== "object" || event === null || !("type" in event)) return undefined;
    return shown.has(String(event.type)) ? (event as ShownEvent) : undefined;
  } catch {
    return undefined;
  }
}
