import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { answers, type Step } from "../../support/stand-ins/model-stand-in.ts";
import {
  never,
  question,
  read,
  startRemoteModel,
  textOf,
} from "../../support/apps/remote-model.ts";

let remote: Awaited<ReturnType<typeof startRemoteModel>>;
beforeAll(async () => {
  remote = await startRemoteModel();
});
afterAll(() => remote.standIn.stop());

const withTools = {
  ...question,
  tools: [{ name: "add", description: "", parameters: { type: "object" } }],
};

/** Asks twice a server that refuses once, and returns what was asked and the answers. */
async function askTwice(status: number, message: string) {
  const refuse: Step = { kind: "refuse", status, body: { error: { message } } };
  remote.standIn.answer([refuse], answers("Hi"), answers("Hi"));
  const model = remote.createModel();
  const before = remote.standIn.requests.length;
  const texts = [];
  for (let count = 0; count < 2; count += 1) {
    texts.push(textOf(await read(model.stream(withTools, never))));
  }
  const bodies = () => remote.standIn.requests.slice(before).map(({ body }) => body);
  return { texts, model, bodies };
}

describe("a model that takes no tools is asked without them, the next time too", () => {
  test.each([
    ["Ollama", 400, "registry.ollama.ai/library/gemma3:4b does not support tools"],
    [
      "vLLM",
      400,
      '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    ],
    ["llama.cpp", 500, "tools param requires --jinja flag"],
    ["OpenRouter", 404, "No endpoints found that support tool use."],
    ["Groq", 400, "`tool calling` is not supported with this model"],
    ["Mistral", 400, "Function calling is not enabled for this model"],
    ["DeepSeek", 400, "deepseek-reasoner does not support Function Calling"],
  ])("%s", async (_, status, message) => {
    const { texts, bodies } = await askTwice(status, message);
    expect(texts).toEqual(["Hi", "Hi"]);
    expect(bodies().map(({ tools }) => tools?.length)).toEqual([1, undefined, undefined]);
  });

  test("but is asked with them again later, when it may take them", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const { model, bodies } = await askTwice(404, "No endpoints found that support tool use.");
      vi.advanceTimersByTime(601_000);
      remote.standIn.answer(answers("Hi"));
      await read(model.stream(withTools, never));
      expect(bodies().map(({ tools }) => tools?.length)).toEqual([1, undefined, undefined, 1]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("but one that finds fault with a tool is not", async () => {
    const message = "Invalid schema for function 'add': tools[0].function.parameters";
    await expect(askTwice(400, message)).rejects.toMatchObject({ code: "invalid" });
  });
});

test.each([
  ["Gemma on vLLM", 400, "System role not supported"],
  ["Gemma at Google", 400, "Developer instruction is not enabled for models/gemma-3-27b-it"],
])("%s gets the instructions with the first question", async (_, status, message) => {
  const { texts, bodies } = await askTwice(status, message);
  expect(texts).toEqual(["Hi", "Hi"]);
  const joined = [{ role: "user", content: "Be brief.\n\nHi" }];
  expect(bodies().map(({ messages }) => messages)).toEqual([
    [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
    ],
    joined,
    joined,
  ]);
});

test.each([
  ["Mistral", 422, "loc: body, stream_options, include_usage: Extra inputs are not permitted"],
  ["Databricks", 400, 'json: unknown field "stream_options"'],
])("%s is not asked for the usage again that it does not tell", async (_, status, message) => {
  const { texts, bodies } = await askTwice(status, message);
  expect(texts).toEqual(["Hi", "Hi"]);
  expect(bodies().map((body) => "stream_options" in body)).toEqual([true, false, false]);
});
