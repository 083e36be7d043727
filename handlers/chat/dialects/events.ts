import { eventStream, type ServerSentEvent } from "../../http/event-stream.ts";
import type { Reply } from "../../http/reply.ts";
import type { ChatPart } from "../parts.ts";
import type { Run } from "../run.ts";
import { grantFields, type GuestGrant } from "./grant.ts";

/** Docent's own stream: one JSON object an event, told apart by `type`. */
export function respondWithEvents(run: Run, from: number, grant: GuestGrant | undefined): Reply {
  return eventStream(encodeRun(run, from, grant));
}

/** Where to go on after `Last-Event-ID`; an id of another answer starts this one from its beginning. */
export function positionAfter(lastEventId: string | null, run: Run): number {
  const [messageId, position] = lastEventId?.split("/") ?? [];
  const next = Number(position) + 1;
  return messageId === run.messageId && Number.isSafeInteger(next) && next > 0 ? next : 0;
}

async function* encodeRun(
  run: Run,
  from: number,
  grant: GuestGrant | undefined,
): AsyncGenerator<ServerSentEvent[], void, void> {
  for await (const { first, parts } of run.read(from)) {
    yield parts.map((part, index) => ({
      id: `${run.messageId}/${first + index}`,
      data: JSON.stringify(encodePart(part, grant)),
    }));
  }
}

function encodePart(part: ChatPart, grant: GuestGrant | undefined): object {
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
    case "finished":
      return {
        type: "done",
        content: part.content,
        sources: part.sources,
        usage: part.usage,
        finish_reason: part.finishReason,
      };
    case "failed":
      return { type: "error", code: part.code, message: part.message, retryable: part.retryable };
  }
}
