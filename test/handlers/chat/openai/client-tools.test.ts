import type OpenAI from "openai";
import { beforeEach, describe, expect, test } from "vitest";
import { createOpenaiClient, tokenOf } from "../../../support/clients/openai-client.ts";
import { useUiDocent } from "../../../support/apps/ui-docent.ts";

const ui = useUiDocent();
let openai: OpenAI;
beforeEach(() => {
  openai = createOpenaiClient(ui.docent, tokenOf(ui.headers));
});

const messages = [{ role: "user", content: "How do trees grow?" }] as const;
const body = { model: "docent", messages: [...messages] };

describe("a client's tools", () => {
  const weather = {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather of a place",
      parameters: { type: "object", properties: { place: { type: "string" } } },
    },
  } as const;

  test("stand beside Docent's own, and a call of one ends the answer", async () => {
    ui.script().say("Let me look.");
    ui.script().call("search_documents", { query: "trees" }, "call_own");
    ui.script().call("get_weather", { place: "Oslo" }, "call_1");
    ui.script().end();
    const answer = await openai.chat.completions.create({ ...body, tools: [weather] });
    const [request] = ui.script().requests;
    expect(request?.tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["add_task", "search_documents", "get_weather"]),
    );
    expect(answer.choices[0]?.finish_reason).toBe("tool_calls");
    const message = answer.choices[0]?.message;
    expect(message?.tool_calls).toEqual([
      {
        id: "call_1",
        type: "function",
        function: { name: "get_weather", arguments: '{"place":"Oslo"}' },
      },
    ]);

    ui.say("It rains.");
    const results = [
      ...messages,
      { role: "assistant", content: null, tool_calls: message?.tool_calls ?? [] },
      { role: "tool", tool_call_id: "call_1", content: "rain" },
    ] as OpenAI.ChatCompletionMessageParam[];
    const last = await openai.chat.completions.create({
      ...body,
      messages: results,
      tools: [weather],
    });
    expect(last.choices[0]?.message.content).toBe("It rains.");
    expect(ui.script().requests[1]?.messages).toEqual([
      { role: "user", content: "How do trees grow?" },
      {
        role: "assistant",
        content: "",
        toolCalls: [{ id: "call_1", name: "get_weather", arguments: '{"place":"Oslo"}' }],
      },
      { role: "tool", toolCallId: "call_1", content: "rain" },
    ]);
  });

  test("take the place of Docent's own of the same name: servers refuse a name that occurs twice", async () => {
    const own = { ...weather, function: { ...weather.function, name: "add_task" } };
    ui.script().call("add_task", { place: "Oslo" }, "call_1");
    ui.script().end();
    const answer = await openai.chat.completions.create({ ...body, tools: [own] });
    expect(answer.choices[0]?.finish_reason).toBe("tool_calls");
    const tools = ui.script().requests[0]?.tools ?? [];
    expect(tools.filter(({ name }) => name === "add_task")).toMatchObject([
      { description: "The weather of a place" },
    ]);
    expect(tools.map(({ name }) => name)).toContain("list_tasks");
  });

  test("stream as deltas", async () => {
    ui.script().call("get_weather", { place: "Oslo" }, "call_1");
    ui.script().call("get_weather", { place: "Rome" }, "call_2");
    ui.script().end();
    const stream = openai.chat.completions.stream({ ...body, tools: [weather] });
    const completion = await stream.finalChatCompletion();
    expect(completion.choices[0]?.finish_reason).toBe("tool_calls");
    expect(completion.choices[0]?.message.tool_calls).toMatchObject([
      { id: "call_1", function: { arguments: '{"place":"Oslo"}' } },
      { id: "call_2", function: { arguments: '{"place":"Rome"}' } },
    ]);
  });

  test("are none with tool_choice none, and docent-documents has no tasks", async () => {
    ui.say("Yes.");
    await openai.chat.completions.create({ ...body, tools: [weather], tool_choice: "none" });
    expect(ui.script().requests[0]?.tools).toEqual([]);
    ui.say("Yes.");
    await openai.chat.completions.create({ ...body, model: "docent-documents" });
    expect(ui.script().requests[1]?.tools.map(({ name }) => name)).toEqual(["search_documents"]);
  });

  test("Docent's own run and are not shown; what needs a confirmation is not done", async () => {
    const added = await ui.docent.post("/api/tasks", { title: "Keep me" }, ui.headers);
    const { id } = await added.json();
    ui.script().call("delete_task", { task_id: id });
    ui.script().end();
    ui.say("I could not delete it.");
    const answer = await openai.chat.completions.create(body);
    expect(answer.choices[0]?.message.tool_calls).toBeUndefined();
    const result = ui.script().requests[1]?.messages.at(-1);
    expect(result).toMatchObject({ role: "tool" });
    expect(result?.content).toContain("confirmation_impossible");
    expect((await ui.docent.fetch(`/api/tasks/${id}`, { headers: ui.headers })).status).toBe(200);
  });
});
