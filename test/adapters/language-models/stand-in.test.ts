import { APIError, OpenAI, RateLimitError } from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  answers,
  done,
  ends,
  startModelStandIn,
  type ModelStandIn,
} from "../../support/stand-ins/model-stand-in.ts";

let standIn: ModelStandIn;
let client: OpenAI;
beforeAll(async () => {
  standIn = await startModelStandIn();
  client = new OpenAI({ apiKey: "key", baseURL: standIn.url, maxRetries: 0 });
});
afterAll(() => standIn.stop());

const ask = () =>
  client.chat.completions.create({
    model: "stand-in",
    messages: [{ role: "user", content: "Hi" }],
    stream: true,
    stream_options: { include_usage: true },
  });

test("the openai client reads the stand-in's text and usage", async () => {
  standIn.answer(answers("Hel", "lo"));
  let text = "";
  let usage;
  let reason;
  for await (const chunk of await ask()) {
    text += chunk.choices[0]?.delta.content ?? "";
    reason = chunk.choices[0]?.finish_reason ?? reason;
    usage = chunk.usage ?? usage;
  }
  expect({ text, reason, usage }).toMatchObject({
    text: "Hello",
    reason: "stop",
    usage: { prompt_tokens: 7, completion_tokens: 2 },
  });
  expect(standIn.requests.at(-1)?.headers.authorization).toBe("Bearer key");
});

test("the openai client puts the stand-in's parallel tool calls together", async () => {
  standIn.answer(parallelCalls);
  const calls: Record<number, string> = {};
  for await (const chunk of await ask()) {
    for (const call of chunk.choices[0]?.delta.tool_calls ?? []) {
      const { name = "", arguments: piece = "" } = call.function ?? {};
      calls[call.index] = (calls[call.index] ?? "") + name + piece;
    }
  }
  expect(calls).toEqual({ 0: 'first{"a":1}', 1: 'second{"b":2}' });
});

test("the openai client takes the stand-in's refusals for what they are", async () => {
  standIn.answer([{ kind: "refuse", status: 429, headers: { "retry-after": "3" } }]);
  await expect(ask()).rejects.toBeInstanceOf(RateLimitError);
  standIn.answer([{ kind: "frame", frame: { error: { message: "overloaded" } } }]);
  const failing = async () => {
    for await (const _ of await ask());
  };
  await expect(failing()).rejects.toBeInstanceOf(APIError);
});

test("the openai client lists the stand-in's models", async () => {
  standIn.answer(answers("Hello"));
  const { data } = await client.models.list();
  expect(data.map(({ id }) => id)).toEqual(["stand-in"]);
});

const piece = (index: number, id: string | undefined, name: string | undefined, text: string) => ({
  kind: "delta" as const,
  delta: {
    tool_calls: [
      {
        index,
        ...(id && { id, type: "function" }),
        function: { ...(name && { name }), arguments: text },
      },
    ],
  },
});
const parallelCalls = [
  piece(0, "call_a", "first", ""),
  piece(0, undefined, undefined, '{"a"'),
  piece(1, "call_b", "second", ""),
  piece(0, undefined, undefined, ":1}"),
  piece(1, undefined, undefined, '{"b":2}'),
  ends("tool_calls"),
  done,
];
