import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOpenaiCompatibleModel } from "../../../adapters/language-models/openai-compatible/model.ts";
import { answers, says, type Step } from "../../support/stand-ins/model-stand-in.ts";
import {
  never,
  question,
  read,
  startRemoteModel,
  streamOf,
} from "../../support/apps/remote-model.ts";

let remote: Awaited<ReturnType<typeof startRemoteModel>>;
beforeAll(async () => {
  remote = await startRemoteModel();
});
afterAll(() => remote.standIn.stop());

const refuse = (message: string, status = 400): Step => ({
  kind: "refuse",
  status,
  body: { error: { message } },
});
const piece = (fields: object): Step => ({
  kind: "delta",
  delta: { tool_calls: [{ index: 0, ...fields }] },
});
const sent = (count: number) =>
  remote.standIn.requests
    .slice(-count)
    .map(({ body }) => [body.max_tokens, body.max_completion_tokens]);

describe("the limit of an answer", () => {
  test("goes to a server of the operator's own as max_tokens", async () => {
    await remote.collect(answers("Hi"));
    expect(sent(1)).toEqual([[4096, undefined]]);
  });

  test("goes to OpenAI as max_completion_tokens, to the others as max_tokens", async () => {
    const bodies = await Promise.all(
      (["openai", "gemini", "huggingface", "openrouter"] as const).map(async (preset) => {
        let body: ReturnType<typeof JSON.parse>;
        const model = createOpenaiCompatibleModel({
          preset,
          model: "any",
          apiKey: "key",
          baseUrl: undefined,
          firstTokenTimeout: 60_000,
          idleTimeout: 60_000,
          answerTokens: 1000,
          fetch: async (input, init) => {
            body = await new Request(input, init).json();
            return new Response("data: [DONE]\n\n");
          },
        });
        await read(streamOf(model)(question, never));
        return [body.max_tokens, body.max_completion_tokens];
      }),
    );
    expect(bodies).toEqual([
      [undefined, 1000],
      [1000, undefined],
      [1000, undefined],
      [1000, undefined],
    ]);
  });

  test("is sent by the other name where a server refuses the first, from then on too", async () => {
    const message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
    remote.standIn.answer([refuse(message)], answers("Hi"), answers("Hi"));
    const model = remote.createModel();
    await read(model.stream(question, never));
    await read(model.stream(question, never));
    expect(sent(3)).toEqual([
      [4096, undefined],
      [undefined, 4096],
      [undefined, 4096],
    ]);
  });

  test("is left out of one request where it does not fit beside it into the context", async () => {
    const message = "'max_tokens' or 'max_completion_tokens' is too large: 4096";
    remote.standIn.answer([refuse(message)], answers("Hi"), answers("Hi"));
    const model = remote.createModel();
    await read(model.stream(question, never));
    await read(model.stream(question, never));
    expect(sent(3)).toEqual([
      [4096, undefined],
      [undefined, undefined],
      [4096, undefined],
    ]);
  });

  test("is left out where a server knows neither name", async () => {
    const message = "Unknown parameter: max_tokens or max_completion_tokens.";
    remote.standIn.answer([refuse(message)], [refuse(message, 422)], answers("Hi"), answers("Hi"));
    const model = remote.createModel();
    await read(model.stream(question, never));
    await read(model.stream(question, never));
    expect(sent(4)).toEqual([
      [4096, undefined],
      [undefined, 4096],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  test("is not what other refusals are about: those are asked once", async () => {
    const before = remote.standIn.requests.length;
    remote.standIn.answer([refuse("No such model.")], answers("Hi"));
    await expect(read(remote.createModel().stream(question, never))).rejects.toMatchObject({
      code: "invalid",
    });
    expect(remote.standIn.requests).toHaveLength(before + 1);
  });
});

describe("calls that are longer than the limit allows", () => {
  const endless: readonly [string, readonly Step[]][] = [
    [
      "arguments",
      Array.from({ length: 50 }, () =>
        piece({ function: { name: "add", arguments: "x".repeat(1000) } }),
      ),
    ],
    [
      "empty calls",
      Array.from({ length: 5000 }, (_, index) => piece({ index, function: { name: "add" } })),
    ],
    [
      "data to be sent back",
      Array.from({ length: 50 }, (_, index) =>
        piece({ index, function: { name: "add" }, extra_content: { data: "x".repeat(1000) } }),
      ),
    ],
  ];
  test.each(endless)("%s: none is made, and the server is left", async (_, script) => {
    remote.standIn.answer([says("Let me see."), ...script, { kind: "hang" }]);
    const parts = await read(remote.createModel().stream(question, never));
    expect(parts.map(({ type }) => type)).not.toContain("tool-call");
    expect(parts.at(-1)).toMatchObject({ type: "finished", finishReason: "length" });
    await expect.poll(() => remote.standIn.requests.at(-1)?.isAbandoned).toBe(true);
  });
});
