import type { ChatEvent, GuestGrant } from "../../../contract/chat.ts";
import { eventStream, type ServerSentEvent } from "../../../http/event-stream.ts";
import type { Reply } from "../../../http/reply.ts";
import { isUuid } from "../../../lib/ids.ts";
import type { ChatPart } from "../../parts.ts";
import type { PartBatch, Run } from "../../turns/run.ts";
import type { StoredAnswer } from "../../turns/store.ts";
import { grantFields } from "./grant.ts";
import { encodeCall, encodeConfirmation, encodeResult } from "./tools.ts";

/**
 * Milliseconds, a day: sent with the last event. A client that loses the connection between that event and the end
 * of the stream would otherwise ask again each second; fetch-event-source does so even after a 204.
 */
const neverAgain = 86_400_000;

/** Sends a run as Docent's own event stream: one JSON object per event, with a `type`. */
export function respondWithEvents(run: Run, from: number, grant: GuestGrant | undefined): Reply {
  return eventStream(run.read(from), (batch) => encodeBatch(run.messageId, batch, grant));
}

/** Sends the last event of an answer that is only in the database, with its whole text. */
export function respondWithEnd(lastEventId: string, answer: StoredAnswer): Reply {
  const [messageId = "", last = ""] = lastEventId.split("/");
  const { content, sources, unsupported, usage, finish_reason: finishReason } = answer;
  const end: ChatPart = {
    type: "finished",
    content,
    sources,
    related: [],
    unsupported,
    usage: usage ?? { input_tokens: 0, output_tokens: 0 },
    finishReason: finishReason ?? "cancelled",
    degraded: [],
    endedAt: 0,
  };
  const batches = [{ first: Number(last) + 1, parts: [end] }].values();
  return eventStream({ next: () => Promise.resolve(batches.next()) }, (batch) =>
    encodeBatch(messageId, batch, undefined),
  );
}

function encodeBatch(
  messageId: string,
  { first, parts, provisional }: PartBatch,
  grant: GuestGrant | undefined,
): ServerSentEvent[] {
  return parts.map((part, index) => ({
    // Without an id of its own, the client's position stays where it is.
    id: provisional ? undefined : `${messageId}/${first + index}`,
    data:
      part.type === "text-delta"
        ? `{"type":"token","content":${JSON.stringify(part.text)}}`
        : JSON.stringify(encodePart(part, grant)),
    retry: part.type === "finished" || part.type === "failed" ? neverAgain : undefined,
  }));
}

/** The id of the answer that a `Last-Event-ID` of this stream belongs to. */
export function answerOf(lastEventId: string | null): string | undefined {
  const [, messageId = ""] = /^(.+)\/\d+$/.exec(lastEventId ?? "") ?? [];
  return isUuid(messageId) ? messageId.toLowerCase() : undefined;
}

/**
 * The position in the run at which to resume after `Last-Event-ID`; an id of another answer resumes at the
 * beginning. Undefined when nothing is left to send, which includes a finished answer whose middle the client
 * has not read, except one that is stored nowhere else.
 */
export function positionAfter(lastEventId: string | null, run: Run): number | undefined {
  const [, messageId, digits] = /^(.+)\/(\d+)$/.exec(lastEventId ?? "") ?? [];
  const next = Number(digits) + 1;
  const isOwn = messageId === run.messageId;
  const isKnown = isOwn && next <= run.length;
  switch (run.state) {
    case "running":
      return isKnown ? next : 0;
    case "interrupted":
      // What its process said last may not be in the log.
      return isOwn ? next : undefined;
    case "unsaved":
      if (!isKnown) return 0;
      return next < run.length ? next : undefined;
    case "ended":
      return isKnown && next < run.length ? next : undefined;
  }
}

function encodePart(part: ChatPart, grant: GuestGrant | undefined): ChatEvent {
  switch (part.type) {
    case "started":
      return {
        type: "metadata",
        conversation_id: part.conversationId,
        message_id: part.messageId,
        ...(part.degraded.length > 0 && { degraded: part.degraded }),
        ...grantFields(grant),
      };
    case "text-delta":
      return { type: "token", content: part.text };
    case "reasoning-delta":
      return { type: "reasoning", content: part.text };
    case "tool-call":
      return { type: "tool_call", ...encodeCall(part) };
    case "tool-result":
      return { type: "tool_result", ...encodeResult(part) };
    case "confirmation":
      return { type: "confirmation", ...encodeConfirmation(part) };
    case "finished":
      return {
        type: "done",
        content: part.content,
        sources: part.sources,
        ...(part.related.length > 0 && { related: part.related }),
        ...(part.unsupported.length > 0 && { unsupported: part.unsupported }),
        usage: part.usage,
        finish_reason: part.finishReason,
        ...(part.degraded.length > 0 && { degraded: part.degraded }),
      };
    case "failed":
      return { type: "error", code: part.code, message: part.message, retryable: part.retryable };
  }
}
