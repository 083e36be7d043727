import { EventSourceParserStream } from "eventsource-parser/stream";
import { parse } from "valibot";
import { chatEvent } from "../../../handlers/contract/chat.ts";
import { secretWatch } from "../secret-watch.ts";

export interface ReadEvent {
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads a Docent event stream event by event and checks each one against the contract. */
export async function* readEvents(response: Response): AsyncGenerator<ReadEvent, void, void> {
  const events = (response.body ?? new Blob([]).stream())
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { id, data } of events) {
    secretWatch.answered("/api/chat", data);
    const event = JSON.parse(data) as ReadEvent["data"];
    parse(chatEvent, event);
    yield { id, data: event };
  }
}

export async function collectEvents(response: Response): Promise<ReadEvent[]> {
  const events: ReadEvent[] = [];
  for await (const event of readEvents(response)) events.push(event);
  return events;
}

/** The text of a finished stream's tokens. */
export function textOf(events: readonly ReadEvent[]): string {
  return events
    .filter(({ data }) => data["type"] === "token")
    .map(({ data }) => String(data["content"]))
    .join("");
}
