import { setImmediate as turn } from "node:timers/promises";
import { createUIMessageStream, createUIMessageStreamResponse } from "ai";
import { respondWithUiMessages } from "../../handlers/chat/dialects/ai-sdk/stream.ts";
import { respondWithEvents } from "../../handlers/chat/dialects/docent/stream.ts";
import { respondWithChunks } from "../../handlers/chat/dialects/openai/stream.ts";
import { respondWithResponseEvents } from "../../handlers/chat/dialects/openai-responses/stream.ts";
import { headOf } from "../../handlers/chat/dialects/openai-responses/whole.ts";
import { startRun, type OwnRun } from "../../handlers/chat/turns/run.ts";
import type { Reply } from "../../handlers/http/reply.ts";
import { quantile } from "./statistics.ts";

const tokens = 20_000;
const rounds = 7;
const text = " token";
const conversationId = "0199a000-0000-7000-8000-000000000001";
const messageId = "0199a000-0000-7000-8000-000000000002";

const origin = "http://localhost:7860";

type Body = ReadableStream<Uint8Array> | null;

/** From a run's parts to bytes, the same for all: a response's body. */
const dialects: Readonly<Record<string, () => Body>> = {
  docent: () => bodyOf((run) => respondWithEvents(run, 0, undefined)),
  "AI SDK's dialect": () =>
    bodyOf((run) => respondWithUiMessages(run, { message: "new", sources: "parts" })),
  "OpenAI chat completions": () =>
    bodyOf((run) =>
      respondWithChunks(run, {
        id: `chatcmpl-${messageId}`,
        created: 1_790_000_000,
        model: "docent",
        clientTools: new Set(),
        origin,
        links: false,
        usage: true,
      }),
    ),
  "OpenAI responses": () =>
    bodyOf((run) => respondWithResponseEvents(run.read(0), headOf(messageId, undefined, origin))),
  "the AI SDK's own response": () =>
    createUIMessageStreamResponse({
      stream: createUIMessageStream({
        async execute({ writer }) {
          writer.write({ type: "text-start", id: "text-1" });
          await eachAlone(() => writer.write({ type: "text-delta", id: "text-1", delta: text }));
          writer.write({ type: "text-end", id: "text-1" });
        },
      }),
    }).body,
};

/** Microseconds of CPU that each dialect takes to encode a token that comes alone, by its name. */
export async function measureDialects(): Promise<Record<string, number>> {
  const costs: Record<string, number[]> = {};
  // In turns, so that what else the machine does falls on all of them.
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, open] of Object.entries(dialects)) {
      const before = process.cpuUsage();
      await readToEnd(open());
      const { user, system } = process.cpuUsage(before);
      (costs[name] ??= []).push((user + system) / tokens);
    }
  }
  return Object.fromEntries(
    Object.entries(costs).map(([name, each]) => [name, quantile(each, 0.5)]),
  );
}

function bodyOf(respond: (run: OwnRun) => Reply): Body {
  const run = startRun({
    conversationId,
    messageId,
    async work({ emit }) {
      emit({ type: "started", conversationId, messageId, degraded: [] });
      await eachAlone(() => emit({ type: "text-delta", text }));
    },
  });
  const { body } = respond(run);
  return body instanceof ReadableStream ? body : null;
}

async function eachAlone(say: () => void): Promise<void> {
  for (let token = 0; token < tokens; token += 1) {
    say();
    await turn();
  }
}

async function readToEnd(body: Body): Promise<void> {
  const reader = body?.getReader();
  if (!reader) throw new Error("there is no body");
  while (!(await reader.read()).done);
}
