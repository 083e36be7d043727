import { secretWatch } from "../secret-watch.ts";

export interface ReadEvent {
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads a Docent event stream, event by event, the way the format says (WHATWG HTML §9.2). */
export async function* readEvents(response: Response): AsyncGenerator<ReadEvent, void, void> {
  let buffer = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    buffer += decoder.decode(chunk, { stream: true });
    const blocks = buffer.split("\n\n");
    buffer = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parseBlock(block);
      secretWatch.answered("/api/chat", block);
      if (event) yield event;
    }
  }
}

function parseBlock(block: string): ReadEvent | undefined {
  const lines = block.split("\n");
  const field = (name: string) =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = field("data");
  return data === undefined ? undefined : { id: field("id"), data: JSON.parse(data) };
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
