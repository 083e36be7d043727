import type OpenAI from "openai";
import { beforeEach, describe, expect, test } from "vitest";
import { createOpenaiClient, tokenOf } from "../../../support/clients/openai-client.ts";
import { useUiDocent } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();
let openai: OpenAI;
beforeEach(() => {
  openai = createOpenaiClient(ui.docent, tokenOf(ui.headers));
});

const body = { model: "docent", input: "How do trees grow?" };

describe("a client's tools", () => {
  const weather = {
    type: "function",
    name: "get_weather",
    description: "The weather of a place",
    parameters: { type: "object", properties: { place: { type: "string" } } },
    strict: false,
  } as const;

  test.each([true, false])(
    "end the response, and their results continue it (stream: %s)",
    async (streamed) => {
      ui.script().say("Let me look.");
      ui.script().call("search_documents", { query: "trees" }, "call_own");
      ui.script().call("get_weather", { place: "Oslo" }, "call_1");
      ui.script().call("get_weather", { place: "Rome" }, "call_2");
      ui.script().end();
      const asked = { ...body, tools: [weather] };
      const response = streamed
        ? await openai.responses.stream(asked).finalResponse()
        : await openai.responses.create(asked);
      expect(response).toMatchObject({ status: "completed", tools: [{ name: "get_weather" }] });
      expect(response.output).toMatchObject([
        { type: "message", content: [{ text: "Let me look." }] },
        { type: "function_call", call_id: "call_1", arguments: '{"place":"Oslo"}' },
        { type: "function_call", call_id: "call_2", arguments: '{"place":"Rome"}' },
      ]);
      const read = await openai.responses.retrieve(response.id);
      expect(read.output).toMatchObject(JSON.parse(JSON.stringify(response.output, withoutParsed)));

      ui.say("It rains.");
      const continued = await openai.responses.create({
        ...asked,
        previous_response_id: response.id,
        input: [{ type: "function_call_output", call_id: "call_1", output: "rain" }],
      });
      expect(continued.output_text).toBe("It rains.");
      const said = [
        { role: "user", content: "How do trees grow?" },
        {
          role: "assistant",
          content: "Let me look.",
          toolCalls: [
            { id: "call_1", name: "get_weather", arguments: '{"place":"Oslo"}' },
            { id: "call_2", name: "get_weather", arguments: '{"place":"Rome"}' },
          ],
        },
        { role: "tool", toolCallId: "call_1", content: "rain" },
        { role: "tool", toolCallId: "call_2", content: expect.stringContaining("not sent") },
      ];
      expect(ui.script().requests[1]?.messages).toEqual(said);

      ui.say("Yes.");
      const last = { ...body, input: "Still?", previous_response_id: continued.id };
      await openai.responses.create(last);
      expect(ui.script().requests[2]?.messages).toEqual([
        ...said,
        { role: "assistant", content: "It rains." },
        { role: "user", content: "Still?" },
      ]);
    },
  );

  test("go on from the items sent again, stored or not", async () => {
    const input = [
      { role: "user", content: "How do trees grow?" },
      { type: "function_call", call_id: "call_1", name: "get_weather", arguments: "{}" },
      { type: "function_call_output", call_id: "call_1", output: "rain" },
    ] as OpenAI.Responses.ResponseInputItem[];
    for (const store of [true, false]) {
      ui.say("It rains.");
      const response = await openai.responses.create({ model: "docent", input, store });
      expect(response.output_text).toBe("It rains.");
      expect(ui.script().requests.at(-1)?.messages).toEqual([
        { role: "user", content: "How do trees grow?" },
        {
          role: "assistant",
          content: "",
          toolCalls: [{ id: "call_1", name: "get_weather", arguments: "{}" }],
        },
        { role: "tool", toolCallId: "call_1", content: "rain" },
      ]);
    }
  });

  test("stand beside Docent's own, which are not shown; what needs a confirmation is not done", async () => {
    const added = await ui.docent.post("/api/tasks", { title: "Keep me" }, ui.headers);
    const { id } = await added.json();
    ui.script().call("delete_task", { task_id: id });
    ui.script().end();
    ui.say("I could not delete it.");
    const response = await openai.responses.create({ ...body, tools: [weather] });
    expect(response.output).toMatchObject([{ type: "message" }]);
    expect(response.output).toHaveLength(1);
    const result = ui.script().requests[1]?.messages.at(-1);
    expect(result?.content).toContain("confirmation_impossible");
    expect((await ui.docent.fetch(`/api/tasks/${id}`, { headers: ui.headers })).status).toBe(200);
  });
});

/** The client's helper adds fields of its own. */
function withoutParsed(key: string, value: unknown): unknown {
  return key.startsWith("parsed") ? undefined : value;
}
