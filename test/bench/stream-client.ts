import { Agent, request, type IncomingMessage } from "node:http";
import type { ChildServer } from "./child-server.ts";

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
/** Questions that wait for their first token at once. */
const lanes = 16;

/** How a question is put. */
export interface Question {
  readonly message: (text: string) => object;
  readonly headers?: Readonly<Record<string, string>>;
}

const chat: Question = { message: (message) => ({ message }) };

/** What the clients of streams see. */
export interface Seen {
  tokens: number;
  /** Milliseconds from the model's server to the client, of some tokens. */
  ways: number[];
  /** Milliseconds between two tokens of a stream. */
  gaps: number[];
}

export const nothingSeen = (): Seen => ({ tokens: 0, ways: [], gaps: [] });

/** Opens streams; resolves when each has its first token. `ended` settles with the last one. */
export async function openStreams(
  server: ChildServer,
  width: number,
  text: string,
  question: Question = chat,
) {
  let seen = nothingSeen();
  const open: Promise<void>[] = [];
  const lane = async () => {
    while (open.length < width) {
      const { begun, ended } = ask(server, text, () => seen, question);
      open.push(ended);
      await begun;
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, width) }, lane));
  return {
    /** Forgets what was seen, and returns what is seen from now on. */
    watch: () => (seen = nothingSeen()),
    ended: Promise.all(open),
  };
}

/** Asks once and reads to the end. */
export async function askOnce(server: ChildServer, text: string): Promise<Seen> {
  const seen = nothingSeen();
  await ask(server, text, () => seen, chat).ended;
  return seen;
}

let asked = 0;

/** Somebody who has not asked before: what is measured is not the counting of one who asks a thousand times. */
function newcomer(): Record<string, string> {
  asked += 1;
  return { "x-forwarded-for": `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}` };
}

function ask(
  server: ChildServer,
  text: string,
  seen: () => Seen,
  { message, headers }: Question,
): { readonly begun: Promise<void>; readonly ended: Promise<void> } {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const fail = (error: Error) => {
    begun.reject(error);
    ended.reject(error);
  };
  const question = request(
    `${server.url}/api/chat`,
    {
      method: "POST",
      agent,
      headers: { "content-type": "application/json", ...newcomer(), ...headers },
    },
    (response) => void read(response, seen, begun.resolve).then(check, fail),
  );
  const check = ({ status, tokens, tail }: Answer) => {
    if (status === 200 && tokens > 0) return ended.resolve();
    const log = server.log().split("\n").slice(-20).join("\n");
    return fail(new Error(`answered ${status} without a token: ${tail}\n${log}`));
  };
  question.on("error", fail);
  question.end(JSON.stringify(message(text)));
  // Whoever waits for both would otherwise hear of a failure once too often.
  begun.promise.catch(() => undefined);
  ended.promise.catch(() => undefined);
  return { begun: begun.promise, ended: ended.promise };
}

interface Answer {
  readonly status: number | undefined;
  readonly tokens: number;
  readonly tail: string;
}

async function read(
  response: IncomingMessage,
  seen: () => Seen,
  begin: () => void,
): Promise<Answer> {
  let tokens = 0;
  let tail = "";
  let before = 0;
  response.setEncoding("latin1");
  response.on("data", (chunk: string) => {
    const now = performance.now();
    const sights = seen();
    const count = chunk.split(" token").length - 1;
    tail = chunk.slice(-1000);
    if (count === 0) return;
    if (tokens === 0) begin();
    else sights.gaps.push(now - before);
    before = now;
    tokens += count;
    sights.tokens += count;
    const left = chunk.includes(" left ") ? / left ([\d.]+) /.exec(chunk)?.[1] : undefined;
    if (left !== undefined) sights.ways.push(performance.timeOrigin + now - Number(left));
  });
  await new Promise((resolve, reject) => {
    response.on("end", resolve);
    response.on("error", reject);
  });
  return { status: response.statusCode, tokens, tail };
}
