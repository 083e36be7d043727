import * as v from "valibot";
import { pageOf } from "./page.ts";
import type { Sent } from "./sent.ts";
import { source } from "./source.ts";
import { unsupportedSpans } from "./text-span.ts";

/** A tool call of the assistant, with one of `result`, `error` and `status`. */
export const toolCall = v.object({
  id: v.string(),
  tool: v.string(),
  arguments: v.unknown(),
  result: v.optional(v.record(v.string(), v.unknown())),
  error: v.optional(v.string()),
  message: v.optional(v.string()),
  status: v.optional(v.literal("needs_confirmation")),
  confirmation_id: v.optional(v.string()),
  summary: v.optional(
    v.pipe(v.string(), v.description("Of a confirmation: what would happen, in a sentence")),
  ),
  decision: v.optional(
    v.pipe(
      v.picklist(["approved", "declined"]),
      v.description("The user's answer to a confirmation, where that caused the call"),
    ),
  ),
});

/** A call that waits for the user's approval. */
export const confirmation = v.object({
  id: v.string(),
  tool_call_id: v.string(),
  tool: v.string(),
  arguments: v.unknown(),
  summary: v.pipe(v.string(), v.description("What would happen, in a sentence")),
  expires_at: v.string(),
});

/** Why an answer ended. */
export const finishReason = v.picklist([
  "stop",
  "length",
  "tool_calls",
  "content_filter",
  "cancelled",
  "error",
]);

export const votes = ["good", "bad"] as const;

export const message = v.object({
  id: v.string(),
  role: v.picklist(["user", "assistant"]),
  content: v.string(),
  sources: v.array(source),
  unsupported: v.optional(unsupportedSpans),
  tool_calls: v.array(toolCall),
  status: v.pipe(
    v.picklist(["streaming", "complete", "stopped", "failed", "interrupted"]),
    v.description(
      "`failed`: a service failed before the end; `interrupted`: nothing writes the answer any more, after a crash for example",
    ),
  ),
  finish_reason: v.optional(
    v.pipe(
      v.nullable(finishReason),
      v.description(
        "Why an answer ended; `length`: at the greatest length; null while it is written",
      ),
    ),
  ),
  vote: v.optional(
    v.pipe(v.nullable(v.picklist(votes)), v.description("Your vote on an answer; null: none")),
  ),
  created_at: v.string(),
});

export const conversationSummary = v.object({
  id: v.string(),
  title: v.string(),
  created_at: v.string(),
  updated_at: v.pipe(v.string(), v.description("When the last message was written")),
});

export const conversationList = pageOf("conversations", conversationSummary);

export const conversation = v.object({
  ...conversationSummary.entries,
  messages: v.array(message),
});

export const exportFormats = ["json", "markdown", "text"] as const;

/** A tool call and its outcome, as far as that is known. */
export type ToolActivity = Sent<typeof toolCall>;
export type Confirmation = Sent<typeof confirmation>;
export type Decision = NonNullable<ToolActivity["decision"]>;
export type Vote = (typeof votes)[number];
export type StoredMessage = Sent<typeof message>;
export type ConversationSummary = Sent<typeof conversationSummary>;
export type ConversationPage = Sent<typeof conversationList>;
export type StoredConversation = Sent<typeof conversation>;
export type ExportFormat = (typeof exportFormats)[number];
