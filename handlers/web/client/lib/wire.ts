// What goes over the wire is the contract's; here is what the page makes of it. The contract's schemas
// stay out of the page: of it only types are imported, and what needs no schema.
import type { ChatEvent } from "../../../contract/chat.ts";
import type { ToolActivity } from "../../../contract/conversation.ts";
import type { FieldError } from "../../../contract/problem.ts";
import type { ProblemCode } from "../../../contract/problems.ts";
import type { Source } from "../../../contract/source.ts";
import type { Grant, OwnUser, User } from "../../../contract/user.ts";

/** What the page shows of a source. */
export type CitedSource = Pick<Source, "title" | "url" | "heading_path" | "excerpt">;

/** What a stream tells of a tool call: that it is made, or later what came of it. */
export type ToolNews = Pick<ToolActivity, "id" | "tool"> & Partial<ToolActivity>;

/** An account, or a guest; whether there is a password is known only of one's own. */
export type Account = User & Partial<Pick<OwnUser, "has_password">>;

export type TokenPair = Pick<Grant, "access_token" | "refresh_token">;

/** The tokens to keep; a guest made by the way, in a chat, comes without its account. */
export interface KeptGrant extends TokenPair {
  readonly user?: Account;
}

/** Troubles that the page finds by itself. */
type PageTrouble =
  | "connection_lost"
  | "interrupted"
  | "session_ended"
  | "unexpected"
  | "unreachable";

/** Why the reader did not get what they asked for. */
export interface Trouble {
  readonly code: ProblemCode | PageTrouble;
  /** A sentence for the reader. */
  readonly detail: string;
  /** Of the answer; 0 where there was none. */
  readonly status: number;
  /** Seconds until a repetition has a chance, where the server said so. */
  readonly retryAfter?: number;
  /** Whether to offer a repetition. */
  readonly retryable: boolean;
  /** What is wrong with which field, such as `body.email`. */
  readonly errors?: readonly FieldError[];
}

/** The events this page knows; any other type is passed over. */
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

/** Reads one `data:` field; undefined for what is no JSON or of a type this page does not know. */
export function parseChatEvent(data: string): ShownEvent | undefined {
  try {
    const event: unknown = JSON.parse(data);
    if (typeof event !== "object" || event === null || !("type" in event)) return undefined;
    return shown.has(String(event.type)) ? (event as ShownEvent) : undefined;
  } catch {
    return undefined;
  }
}
