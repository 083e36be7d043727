// Stands in for a model's server, which cannot run here: sends what the test says in OpenAI's chat-completions
// format over HTTP. test/adapters/language-models/stand-in.test.ts drives it with the real `openai` client.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What the server does with one request, step by step. */
export type Step =
  | { readonly kind: "delta"; readonly delta: object; readonly finish?: string | null }
  | { readonly kind: "frame"; readonly frame: unknown }
  /** Bytes as they are. */
  | { readonly kind: "raw"; readonly text: string }
  | { readonly kind: "wait"; readonly milliseconds: number }
  /** Goes on when the test says so. */
  | { readonly kind: "until"; readonly settled: Promise<unknown> }
  | { readonly kind: "hang" }
  /** Ends the connection in the middle. */
  | { readonly kind: "cut" }
  | {
      readonly kind: "refuse";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    };

export interface StandInRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: ReturnType<typeof JSON.parse>;
  /** Whether the client disconnected before the answer's end. */
  isAbandoned: boolean;
}

export interface ModelStandIn {
  /** With `/v1`, as OPENAI_BASE_URL has it. */
  readonly url: string;
  readonly requests: StandInRequest[];
  /** Sets the next answers, one script per request; the last one repeats. */
  answer(...scripts: readonly (readonly Step[])[]): void;
  /** The number of open connections, idle ones included. */
  connections(): number;
  /** The number of requests whose answer has not ended. */
  open(): number;
  /** Drops all connections without an answer and accepts none until `listen`. */
  refuse(): Promise<void>;
  listen(): Promise<void>;
  stop(): Promise<void>;
}

export const says = (content: string): Step => ({ kind: "delta", delta: { content } });
export const thinks = (reasoning: string): Step => ({ kind: "delta", delta: { reasoning } });
export const ends = (finish: string | null = "stop"): Step => ({
  kind: "delta",
  delta: {},
  finish,
});
export const done: Step = { kind: "raw", text: "data: [DONE]\n\n" };
export const used = (prompt_tokens: number, completion_tokens: number): Step => ({
  kind: "frame",
  frame: {
    ...envelope,
    choices: [],
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  },
});
/** A short answer as OpenAI streams it. */
export const answers = (...words: string[]): readonly Step[] => [
  { kind: "delta", delta: { role: "assistant", content: "" } },
  ...words.map(says),
  ends(),
  used(7, words.length),
  done,
];

const envelope = {
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1_790_000_000,
  model: "stand-in",
};

/** Starts it on a free port of 127.0.0.1. */
export async function startModelStandIn(): Promise<ModelStandIn> {
  let scripts: readonly (readonly Step[])[] = [answers("Hello")];
  const requests: StandInRequest[] = [];
  const sockets = new Set<Socket>();
  let open = 0;

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request: StandInRequest = {
      path: incoming.url ?? "",
      headers: incoming.headers,
      body: JSON.parse((await read(incoming)) || "null"),
      isAbandoned: false,
    };
    requests.push(request);
    open += 1;
    response.on("close", () => {
      open -= 1;
      request.isAbandoned = !response.writableFinished;
    });
    const [script = [], ...rest] = scripts;
    if (rest.length > 0) scripts = rest;
    if (incoming.method === "GET" && script[0]?.kind !== "refuse") {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ object: "list", data: [{ id: "stand-in", object: "model" }] }));
      return;
    }
    for (const step of script) {
      if (request.isAbandoned) return;
      if (step.kind === "refuse") {
        response.writeHead(step.status, { "content-type": "application/json", ...step.headers });
        response.end(JSON.stringify(step.body ?? { error: { message: "no", type: "test" } }));
        return;
      }
      if (step.kind === "hang") return;
      if (step.kind === "wait") await sleep(step.milliseconds);
      else if (step.kind === "until") await step.settled;
      else if (step.kind === "cut") {
        // The first writes must arrive first.
        await sleep(20);
        response.destroy();
        return;
      } else write(response, step);
    }
    begin(response);
    response.end();
  }

  const server = createServer((incoming, response) => {
    respond(incoming, response).catch(() => response.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    answer: (...given) => (scripts = given),
    connections: () => sockets.size,
    open: () => open,
    refuse: close,
    listen: () => listen(port),
    stop: close,
  };
}

function begin(response: ServerResponse): void {
  if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream" });
}

function write(response: ServerResponse, step: Step & { kind: "delta" | "frame" | "raw" }): void {
  begin(response);
  if (step.kind === "raw") response.write(step.text);
  else {
    const frame =
      step.kind === "frame"
        ? step.frame
        : {
            ...envelope,
            choices: [{ index: 0, delta: step.delta, finish_reason: step.finish ?? null }],
          };
    response.write(`data: ${JSON.stringify(frame)}\n\n`);
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
