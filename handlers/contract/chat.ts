import * as v from "valibot";
import { confirmation, finishReason, toolCall } from "./conversation.ts";
import type { ProblemCode } from "./problems.ts";
import { relatedPage } from "./related-page.ts";
import type { Sent } from "./sent.ts";
import { source } from "./source.ts";
import { unsupportedSpans } from "./text-span.ts";

/** The codes of the `error` event, which ends an answer that fails while it streams. */
export const answerFailures = [
  "unavailable",
  "moved",
  "timeout",
  "service_refused",
  "answer_not_saved",
  "interrupted",
  "internal_error",
] as const satisfies readonly ProblemCode[];

export type AnswerFailure = (typeof answerFailures)[number];

const usage = v.object({ input_tokens: v.number(), output_tokens: v.number() });

/** The tokens of a guest whom a request created. No later answer repeats them. */
const guestGrant = v.object({
  access_token: v.string(),
  refresh_token: v.string(),
  expires_in: v.pipe(v.number(), v.description("Seconds")),
});

const guestFields = v.partial(guestGrant).entries;

const degraded = v.pipe(
  v.array(v.string()),
  v.description(
    "What the answer was made without: services that are down, named as in /api/health; `documents` while they are being read; `budget` where the day's tokens are used up, so that documents are quoted",
  ),
);

const related = v.pipe(
  v.array(relatedPage),
  v.description("Up to three nearest pages, when the documents do not answer"),
);

/** The answer of POST /api/chat as one JSON object. */
export const chatAnswer = v.object({
  conversation_id: v.string(),
  message_id: v.string(),
  response: v.string(),
  sources: v.array(source),
  related,
  unsupported: unsupportedSpans,
  tool_calls: v.array(toolCall),
  confirmations: v.array(confirmation),
  usage,
  finish_reason: finishReason,
  degraded,
  ...guestFields,
});

/**
 * One event of the stream that POST /api/chat answers with. The first is `metadata`, the last is `done` or
 * `error`; clients ignore types they do not know.
 */
export const chatEvent = v.variant("type", [
  v.object({
    type: v.literal("metadata"),
    conversation_id: v.string(),
    message_id: v.string(),
    degraded: v.optional(degraded),
    ...guestFields,
  }),
  v.object({ type: v.literal("token"), content: v.string() }),
  v.object({ type: v.literal("reasoning"), content: v.string() }),
  v.object({
    type: v.literal("tool_call"),
    id: v.string(),
    tool: v.string(),
    arguments: v.unknown(),
  }),
  v.object({
    type: v.literal("tool_result"),
    id: v.string(),
    tool: v.string(),
    ...v.omit(toolCall, ["id", "tool", "arguments", "decision"]).entries,
  }),
  v.object({ type: v.literal("confirmation"), ...confirmation.entries }),
  v.object({
    type: v.literal("done"),
    content: v.string(),
    sources: v.array(source),
    related: v.optional(related),
    unsupported: v.optional(unsupportedSpans),
    usage,
    finish_reason: finishReason,
    degraded: v.optional(degraded),
  }),
  v.object({
    type: v.literal("error"),
    code: v.picklist(answerFailures),
    message: v.string(),
    retryable: v.pipe(
      v.boolean(),
      v.description("Whether the same question, asked again later, may be answered"),
    ),
  }),
]);

export type ChatAnswer = Sent<typeof chatAnswer>;
export type ChatEvent = Sent<typeof chatEvent>;
export type GuestGrant = Sent<typeof guestGrant>;
