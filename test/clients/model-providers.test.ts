// The AI SDK's providers and LangChain, with the real server as their model.
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { ChatOpenAI } from "@langchain/openai";
import { generateText, jsonSchema, stepCountIs, streamText, tool, type LanguageModel } from "ai";
import { describe, expect, test } from "vitest";
import { useAskedServer } from "../support/servers/asked-server.ts";
import { answers, done, ends, type Step } from "../support/stand-ins/model-stand-in.ts";

const server = useAskedServer();
const prompt = "How do I install it?";
const answer = "Press the button [1].";
const call: Step = {
  kind: "delta",
  delta: {
    tool_calls: [
      {
        index: 0,
        id: "call_1",
        type: "function",
        function: { name: "get_weather", arguments: '{"place":"Oslo"}' },
      },
    ],
  },
};
const parameters = {
  type: "object",
  properties: { place: { type: "string" } },
  required: ["place"],
} as const;

const providers: Record<string, () => LanguageModel> = {
  "@ai-sdk/openai-compatible": () =>
    createOpenAICompatible({ ...server, name: "docent" })("docent"),
  "@ai-sdk/openai": () => createOpenAI(server).chat("docent"),
};

describe.each(Object.entries(providers))("%s", (name, model) => {
  test("answers whole and streamed", async () => {
    server.model.answer(answers("Press the ", "button [1]."));
    const whole = await generateText({ model: model(), prompt });
    expect(whole).toMatchObject({ text: answer, finishReason: "stop" });
    const urls = whole.sources.map((source) => "url" in source && source.url);
    expect(urls).toEqual(name === "@ai-sdk/openai" ? ["https://example.org/install"] : []);
    expect(await streamText({ model: model(), prompt }).text).toBe(answer);
  });

  test("calls a tool of the client's own and goes on with its result", async () => {
    server.model.answer([call, ends("tool_calls"), done], answers("It rains."));
    const weather = tool({
      description: "The weather of a place",
      inputSchema: jsonSchema<{ place: string }>(parameters),
      execute: ({ place }) => Promise.resolve(`rain in ${place}`),
    });
    const { text } = await generateText({
      model: model(),
      prompt,
      tools: { get_weather: weather },
      stopWhen: stepCountIs(2),
    });
    expect(text).toBe("It rains.");
    expect(JSON.stringify(server.model.requests.at(-1)?.body)).toContain("rain in Oslo");
  });
});

function openLangchain(): ChatOpenAI {
  const configuration = { baseURL: server.baseURL };
  return new ChatOpenAI({ model: "docent", apiKey: server.apiKey, configuration });
}

describe("@langchain/openai", () => {
  test("invokes and streams, with the usage", async () => {
    server.model.answer(answers("Press the ", "button [1]."));
    const whole = await openLangchain().invoke(prompt);
    expect(whole.text).toBe(answer);
    expect(whole.usage_metadata).toMatchObject({ total_tokens: 9 });
    const chunks = await Array.fromAsync(await openLangchain().stream(prompt));
    expect(chunks.map(({ text }) => text).join("")).toBe(answer);
  });

  test("binds tools", async () => {
    server.model.answer([call, ends("tool_calls"), done]);
    const weather = {
      type: "function",
      function: { name: "get_weather", description: "The weather of a place", parameters },
    } as const;
    const message = await openLangchain().bindTools([weather]).invoke(prompt);
    expect(message.tool_calls).toMatchObject([{ name: "get_weather", args: { place: "Oslo" } }]);
  });
});
