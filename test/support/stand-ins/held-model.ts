import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/**
 * Stands in for a model's server: to a question with the word "hold" it says its first words and waits for
 * `release` before the last ones, so that a test knows what the answer cannot contain yet. A number after the word
 * asks for so many first words, each after a thought, so that no two become one event. It refuses every other request,
 * so that the extractive model answers.
 */
export interface HeldModel {
  /** With `/v1`, as OPENAI_BASE_URL has it. */
  readonly url: string;
  /** Lets held answers end. */
  release(): void;
  stop(): Promise<void>;
}

export async function startHeldModel(): Promise<HeldModel> {
  const held = new Set<ServerResponse>();
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { messages = [] } = JSON.parse((await text(request)) || "{}") as {
      messages?: readonly { readonly content?: unknown }[];
    };
    const [asked, count] = /hold(?: (\d+))?/.exec(String(messages.at(-1)?.content)) ?? [];
    if (asked === undefined) {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "no", type: "test" } }));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const say = (delta: object) => response.write(chunk({ delta, finish_reason: null }));
    if (count === undefined) say({ role: "assistant", content: "Held, " });
    for (let word = 1; word <= Number(count ?? 0); word += 1) {
      say({ reasoning_content: "Hm. " });
      say({ content: `Held ${word}, ` });
    }
    held.add(response);
    response.once("close", () => held.delete(response));
  }
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    release() {
      for (const response of held) {
        response.write(chunk({ delta: { content: "and let go." }, finish_reason: null }));
        response.end(`${chunk({ delta: {}, finish_reason: "stop" })}data: [DONE]\n\n`);
      }
      held.clear();
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function chunk(choice: object): string {
  const frame = {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1_790_000_000,
    model: "held",
    choices: [{ index: 0, ...choice }],
  };
  return `data: ${JSON.stringify(frame)}\n\n`;
}
