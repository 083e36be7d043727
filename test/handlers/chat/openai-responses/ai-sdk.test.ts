import { createOpenAI } from "@ai-sdk/openai";
import { generateText, jsonSchema, stepCountIs, streamText, tool, type ModelMessage } from "ai";
import { expect, test } from "vitest";
import { tokenOf } from "../../../support/clients/openai-client.ts";
import { useUiDocent } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();

/** The provider's model by its name alone, which asks the Responses API. */
function docentModel() {
  const provider = createOpenAI({
    baseURL: "http://localhost:7860/v1",
    apiKey: tokenOf(ui.headers),
    fetch: (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      return ui.docent.fetch(pathname, init);
    },
  });
  return provider("docent");
}

test("the AI SDK's OpenAI provider gets text, sources and usage, whole and streamed", async () => {
  const prompt = "How do trees grow?";
  ui.say("Trees grow upwards [1].");
  const whole = await generateText({ model: docentModel(), prompt, maxRetries: 0 });
  ui.say("Trees grow ", "upwards [1].");
  const streamed = streamText({ model: docentModel(), prompt, maxRetries: 0 });
  for (const { text, sources, usage } of [
    whole,
    { text: await streamed.text, sources: await streamed.sources, usage: await streamed.usage },
  ]) {
    expect(text).toBe("Trees grow upwards [1].");
    expect(sources).toMatchObject([{ url: "https://example.org/trees", title: "Trees" }]);
    expect(usage).toMatchObject({ inputTokens: 7, outputTokens: 3 });
  }
});

test("its tools and its later questions go on in one conversation", async () => {
  const weather = tool({
    description: "The weather of a place",
    inputSchema: jsonSchema<{ place: string }>({
      type: "object",
      properties: { place: { type: "string" } },
    }),
    execute: ({ place }) => `rain in ${place}`,
  });
  ui.script().say("Let me look.");
  ui.script().call("get_weather", { place: "Oslo" }, "call_1");
  ui.script().end();
  ui.say("It rains.");
  const messages: ModelMessage[] = [{ role: "user", content: "Do I need an umbrella?" }];
  const options = {
    model: docentModel(),
    tools: { get_weather: weather },
    stopWhen: stepCountIs(3),
    maxRetries: 0,
  };
  const first = await generateText({ ...options, messages });
  expect(first.text).toBe("It rains.");
  expect(ui.script().requests[1]?.messages.at(-1)).toMatchObject({
    role: "tool",
    content: "rain in Oslo",
  });

  ui.say("Yes.");
  const next: ModelMessage = { role: "user", content: "Tomorrow, too?" };
  const { text } = await generateText({
    ...options,
    messages: [...messages, ...first.response.messages, next],
  });
  expect(text).toBe("Yes.");
  expect(ui.script().requests[2]?.messages.map(({ role, content }) => [role, content])).toEqual([
    ["user", "Do I need an umbrella?"],
    ["assistant", "Let me look."],
    ["tool", "rain in Oslo"],
    ["assistant", "It rains."],
    ["user", "Tomorrow, too?"],
  ]);
  expect(await ui.conversations(ui.headers)).toHaveLength(1);
});
