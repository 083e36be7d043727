import { problemKinds } from "../../../contract/problems.ts";
import { eventStream, type ServerSentEvent } from "../../../http/event-stream.ts";
import { openaiError } from "../../../http/problem.ts";
import type { Reply } from "../../../http/reply.ts";
import type { ChatPart, FinishedPart } from "../../parts.ts";
import type { PartBatch } from "../../turns/run.ts";
import { idsOf } from "./ids.ts";
import {
  describeCall,
  describeMessage,
  describeOutput,
  describeResponse,
  describeText,
  itemStatus,
  linksOf,
  textOfArguments,
  type ClientCall,
  type ResponseOutcome,
  type ResponseHead,
} from "./response.ts";

/**
 * Sends a run's parts, from its first one on, as the events of a response
 * (https://platform.openai.com/docs/api-reference/responses-streaming). An event depends on the parts up to its own
 * alone, so that a run that is read again gives the same bytes.
 *
 * @param after the `sequence_number` of the last event to leave out
 */
export function respondWithResponseEvents(
  batches: AsyncIterator<PartBatch, void, void>,
  head: ResponseHead,
  after = -1,
): Reply {
  const encode = createResponseEncoder(head);
  return eventStream(batches, ({ parts, provisional = false }) =>
    parts
      .flatMap((part) => encode(part, provisional))
      .filter(({ number }) => number > after)
      .map(({ event }) => event),
  );
}

interface NumberedEvent {
  /** Infinity for what is no event of the response. */
  readonly number: number;
  readonly event: ServerSentEvent;
}

const end: NumberedEvent = { number: Infinity, event: { data: "[DONE]" } };

/** Creates the encoder of one run's parts, from its first part on. */
function createResponseEncoder(head: ResponseHead) {
  const { messageId, request } = head;
  const itemId = idsOf(messageId).message;
  const place = { item_id: itemId, output_index: 0, content_index: 0 };
  // Written once: a delta's event differs in its text and number alone.
  const deltaHead = `{"type":"response.output_text.delta","item_id":"${itemId}","output_index":0,"content_index":0,"logprobs":[],"delta":`;
  const clientTools = new Set(request.tools.map((tool) => "name" in tool && tool.name));
  const calls: ClientCall[] = [];
  let content = "";
  let number = 0;

  const numbered = (type: string, data: string): NumberedEvent => {
    number += 1;
    return { number: number - 1, event: { event: type, data } };
  };
  const event = (type: string, fields: object) =>
    numbered(type, JSON.stringify({ type, ...fields, sequence_number: number }));
  const whole = (type: string, outcome: ResponseOutcome, sources: FinishedPart["sources"] = []) => {
    const output = describeOutput(head, { content, sources, calls }, outcome);
    return event(type, { response: describeResponse(head, outcome, output) });
  };
  const openMessage = () => {
    const nothing = { content: "", sources: [], calls: [] };
    const item = { ...describeMessage(head, nothing, "in_progress"), content: [] };
    const part = describeText(nothing, head);
    return [
      event("response.output_item.added", { output_index: 0, item }),
      event("response.content_part.added", { ...place, part }),
    ];
  };
  const sayDelta = (text: string) =>
    numbered(
      "response.output_text.delta",
      `${deltaHead}${JSON.stringify(text)},"sequence_number":${number}}`,
    );

  function closeMessage({ sources }: FinishedPart, outcome: ResponseOutcome): NumberedEvent[] {
    const answer = { content, sources, calls };
    const list = linksOf(sources, head);
    const part = describeText(answer, head);
    const item = describeMessage(head, answer, itemStatus(outcome));
    return [
      ...(list === "" ? [] : [sayDelta(list)]),
      ...part.annotations.map((annotation, index) =>
        event("response.output_text.annotation.added", {
          ...place,
          annotation_index: index,
          annotation,
        }),
      ),
      event("response.output_text.done", { ...place, text: part.text, logprobs: [] }),
      event("response.content_part.done", { ...place, part }),
      event("response.output_item.done", { output_index: 0, item }),
    ];
  }

  function makeCall(call: ClientCall, index: number, hasMessage: boolean): NumberedEvent[] {
    const at = { output_index: index + (hasMessage ? 1 : 0) };
    const item_id = idsOf(messageId).call(index);
    const text = textOfArguments(call.arguments);
    return [
      event("response.output_item.added", {
        ...at,
        item: describeCall(head, call, index, "in_progress"),
      }),
      event("response.function_call_arguments.delta", { ...at, item_id, delta: text }),
      event("response.function_call_arguments.done", {
        ...at,
        item_id,
        name: call.tool,
        arguments: text,
      }),
      event("response.output_item.done", {
        ...at,
        item: describeCall(head, call, index, "completed"),
      }),
    ];
  }

  function finish(part: FinishedPart): NumberedEvent[] {
    const { finishReason: reason, usage, endedAt, sources } = part;
    const outcome: ResponseOutcome = { kind: "finished", reason, usage, endedAt };
    const isOpen = content !== "";
    const isDone = itemStatus(outcome) === "completed";
    const hasMessage = isOpen || (calls.length === 0 && isDone);
    const message = hasMessage
      ? [...(isOpen ? [] : openMessage()), ...closeMessage(part, outcome)]
      : [];
    const made = calls.flatMap((call, index) => makeCall(call, index, hasMessage));
    // OpenAI has no event of its own for a response that was cancelled.
    const type = isDone ? "response.completed" : "response.incomplete";
    return [...message, ...made, whole(type, outcome, sources), end];
  }

  return (part: ChatPart, provisional: boolean): NumberedEvent[] => {
    switch (part.type) {
      case "started":
        return [
          whole("response.created", { kind: "in_progress" }),
          whole("response.in_progress", { kind: "in_progress" }),
        ];
      case "text-delta": {
        if (part.text === "") return [];
        const before = content === "" ? openMessage() : [];
        content += part.text;
        return [...before, sayDelta(part.text)];
      }
      case "tool-call":
        if (clientTools.has(part.tool)) calls.push(part);
        return [];
      case "reasoning-delta":
      case "tool-result":
      case "confirmation":
        return [];
      case "finished":
        return finish(part);
      case "failed": {
        const { code, message } = part;
        if (!provisional) return [whole("response.failed", { kind: "failed", code, message }), end];
        const { status } = problemKinds[code];
        const { error } = openaiError({ code, message, status });
        return [
          {
            number: Infinity,
            event: {
              event: "error",
              data: JSON.stringify({ ...error, error, type: "error", sequence_number: number }),
            },
          },
        ];
      }
    }
  };
}
