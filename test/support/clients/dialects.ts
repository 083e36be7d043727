import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";

interface SentRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request to one instance, as one user. */
export type Send = (path: string, request?: SentRequest) => Promise<Response>;

/** A request that reads an answer on, and the event that its response begins with. */
interface Resumption {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from: number;
}

/** A streaming wire format, as far as its streams are cut and resumed. */
export interface StreamingDialect {
  readonly name: string;
  readonly path: string;
  /** @param name the client's own name for the conversation, where the dialect has one */
  body(message: string, name: string): object;
  /** How many words of a held answer, each after a thought, make some 60 events and more. */
  readonly words: number;
  /** After these events, as they came over the wire. */
  resume(events: readonly string[], name: string): Resumption;
  /** What each of its streams tells, besides the text, of an answer that cites and asks for a confirmation. */
  readonly tells: readonly string[];
  /** Whether an answer that has ended can still be resumed; otherwise the reply is 204. */
  readonly resumesEnded: boolean;
}

const idOf = (event: string) => /^id: (.+)$/m.exec(event)?.[1] ?? "";
const field = (event: string, name: string) =>
  new RegExp(`"${name}":"([^"]+)"`).exec(event)?.[1] ?? "";

/** Every dialect whose streams can be resumed. */
export const streamingDialects: readonly StreamingDialect[] = [
  {
    name: "docent",
    path: "/api/chat",
    body: (message) => ({ message }),
    words: 59,
    resume: (events) => ({
      path: `/api/chat/${field(events[0] ?? "", "conversation_id")}/stream`,
      headers: { "last-event-id": idOf(events.at(-1) ?? "") },
      from: events.length,
    }),
    tells: ["boats.md", "confirmation"],
    resumesEnded: true,
  },
  {
    name: "ai-sdk",
    path: "/api/chat",
    body: (message, id) => ({
      id,
      messages: [{ role: "user", parts: [{ type: "text", text: message }] }],
    }),
    words: 13,
    // Its client keeps no position and rebuilds the whole message.
    resume: (_, name) => ({ path: `/api/chat/${name}/stream`, from: 0 }),
    tells: ["boats.md", "confirmation"],
    resumesEnded: false,
  },
  {
    name: "openai-responses",
    path: "/v1/responses",
    body: (input) => ({ model: "docent", input, stream: true, background: true }),
    words: 59,
    resume(events) {
      const numbered = events.filter((event) => event.includes("sequence_number"));
      const [, last = ""] = /"sequence_number":(\d+)\}\n\n$/.exec(numbered.at(-1) ?? "") ?? [];
      const id = field(events[0] ?? "", "id");
      const path = `/v1/responses/${id}?stream=true&starting_after=${last}`;
      // The stream's end is sent each time.
      return { path, from: numbered.length };
    },
    // Its documents have no addresses, and its clients do not confirm.
    tells: [],
    resumesEnded: true,
  },
];

/** The events of a stream as they came over the wire, each with its blank line; without comments. */
async function* readRawEvents(response: Response): AsyncGenerator<string, void, void> {
  let text = "";
  for await (const chunk of (response.body ?? new Blob([]).stream()).pipeThrough(
    new TextDecoderStream(),
  )) {
    text += chunk;
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) if (!event.startsWith(":")) yield `${event}\n\n`;
  }
}

export interface CutTest {
  readonly dialect: StreamingDialect;
  readonly message: string;
  /** The instance that is asked. */
  readonly asked: Send;
  /** The instance that answers each resumption. */
  readonly other: Send;
  /** A text in the last event before `release`. */
  readonly lastHeld: string;
  /** Lets the answer end. */
  release(): void;
}

/**
 * Cuts the connection after every event of an answer, while it is made and after its end, and expects the rest from
 * the other instance, byte for byte. Returns the answer's events.
 */
export async function expectResumable({ dialect, asked, other, ...test }: CutTest) {
  const name = crypto.randomUUID();
  const response = await asked(dialect.path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(dialect.body(test.message, name)),
  });
  const stream = readRawEvents(response);
  const events: string[] = [];
  while (events.at(-1)?.includes(test.lastHeld) !== true) {
    const { value } = await stream.next();
    if (value === undefined) throw new Error(`the answer ended early: ${events.join("")}`);
    events.push(value);
  }
  const held = events.length;
  const resume = (count: number) => {
    const { path, headers = {}, from } = dialect.resume(events.slice(0, count), name);
    return { from, response: other(path, { headers }) };
  };

  const readHeld = async (count: number) => {
    const { from, response: open } = resume(count);
    const reply = await open;
    expect({ count, status: reply.status }).toEqual({ count, status: 200 });
    const rest = readRawEvents(reply);
    let text = "";
    for (let read = from; read < held; read += 1) text += (await rest.next()).value ?? "";
    expect(text).toBe(events.slice(from, held).join(""));
    return rest;
  };
  const open = [];
  for (let count = 1; count < held; count += 1) {
    // Between the cuts other work goes on, such as a timer's.
    await sleep(0);
    const rest = await readHeld(count);
    // Some read to the end.
    if (count % 25 === 1) open.push(rest);
    else await rest.return();
  }
  test.release();
  for await (const event of stream) events.push(event);
  for (const rest of open) {
    let text = "";
    for await (const event of rest) text += event;
    expect(text).toBe(events.slice(held).join(""));
  }

  for (let count = 1; count <= events.length; count += 1) {
    const { from, response: ended } = resume(count);
    const { status, text } = await ended.then(async (reply) => ({
      status: reply.status,
      text: await reply.text(),
    }));
    const isOver = !dialect.resumesEnded || from === events.length;
    expect({ count, status }).toEqual({ count, status: isOver ? 204 : 200 });
    expect(text).toBe(isOver ? "" : events.slice(from).join(""));
  }
  return events;
}
