import OpenAI from "openai";
import { beforeEach, describe, expect, test } from "vitest";
import { createOpenaiClient } from "../../../support/clients/openai-client.ts";
import { userMessage, useUiDocent } from "../../../support/apps/ui-docent.ts";
import { countRows } from "../../../support/apps/test-app.ts";

const ui = useUiDocent();
let openai: OpenAI;
beforeEach(() => {
  openai = createOpenaiClient(ui.docent, tokenOf(ui.headers));
});

const tokenOf = (headers: Readonly<Record<string, string>>) =>
  (headers["authorization"] ?? "").replace("Bearer ", "");
const messages = [{ role: "user", content: "How do trees grow?" }] as const;
const body = { model: "docent", messages: [...messages] };

async function refusal(call: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof OpenAI.APIError) return error;
  throw new Error("the call was not refused", { cause: error });
}

describe("a chat completion", () => {
  test("comes whole, with its citations as annotations, and nothing is stored", async () => {
    const before = await countRows(ui.docent.database);
    ui.say("Trees grow ", "upwards [1].");
    const answer = await openai.chat.completions.create(body);
    expect(answer).toMatchObject({
      object: "chat.completion",
      model: "docent",
      choices: [{ index: 0, finish_reason: "stop" }],
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    });
    expect(answer.id).toMatch(/^chatcmpl-/);
    const message = answer.choices[0]?.message;
    expect(message?.content).toBe("Trees grow upwards [1].");
    expect(message?.annotations).toEqual([
      {
        type: "url_citation",
        url_citation: {
          url: "https://example.org/trees",
          title: "Trees",
          start_index: 19,
          end_index: 22,
        },
      },
    ]);
    const { request_counts: _before, ...stored } = before;
    expect(await countRows(ui.docent.database)).toMatchObject(stored);
  });

  test("streams, with the usage where it is asked for", async () => {
    ui.say("Trees grow ", "upwards [1].");
    const stream = await openai.chat.completions.create({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: "assistant", content: "" });
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
    expect(text).toBe("Trees grow upwards [1].");
    expect(chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])).toEqual(["stop"]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 10 } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  test("streams as the client's own helper collects it, annotations included", async () => {
    ui.say("Trees grow upwards [1].");
    const chunks: unknown[] = [];
    const stream = openai.chat.completions.stream(body).on("chunk", (chunk) => chunks.push(chunk));
    expect(await stream.finalContent()).toBe("Trees grow upwards [1].");
    expect(JSON.stringify(chunks)).toContain("https://example.org/trees");
    expect(JSON.stringify(chunks)).not.toContain("usage");
  });

  test.each([true, false])(
    "ends with links where docent-links is asked (stream: %s)",
    async (streamed) => {
      ui.say("Trees grow upwards [1].");
      const asked = { ...body, model: "docent-links" };
      const text = streamed
        ? await openai.chat.completions.stream(asked).finalContent()
        : (await openai.chat.completions.create(asked)).choices[0]?.message.content;
      expect(text).toBe("Trees grow upwards [1].\n\n1. [Trees](<https://example.org/trees>)\n");
    },
  );

  test("reads earlier turns, the client's instructions and its limit from the request", async () => {
    ui.say("Yes.");
    await openai.chat.completions.create({
      model: "docent",
      max_completion_tokens: 50,
      temperature: 0.2,
      messages: [
        { role: "system", content: "Speak like a pirate." },
        { role: "user", content: "Do boats float?" },
        { role: "assistant", content: "They do." },
        { role: "user", content: [{ type: "text", text: "And trees?" }] },
      ],
    });
    const [request] = ui.script().requests;
    expect(request?.system).toContain("Speak like a pirate.");
    expect(request?.messages).toEqual([
      { role: "user", content: "Do boats float?" },
      { role: "assistant", content: "They do." },
      { role: "user", content: "And trees?" },
    ]);
    expect(request?.answerTokens).toBe(50);
  });

  test("is cut at the client's limit", async () => {
    ui.say("word ".repeat(100));
    const answer = await openai.chat.completions.create({ ...body, max_tokens: 2 });
    expect(answer.choices[0]?.finish_reason).toBe("length");
    expect(answer.choices[0]?.message.content?.length).toBeLessThanOrEqual(16);
  });

  test.each([true, false])(
    "ends the model's request when the client leaves (stream: %s)",
    async (streamed) => {
      const leaving = new AbortController();
      ui.script().say("Trees ");
      const call = openai.chat.completions.create(
        { ...body, stream: streamed },
        { signal: leaving.signal },
      );
      const left = Promise.resolve(call).then(async (answer) => {
        for await (const _chunk of answer as AsyncIterable<unknown>) leaving.abort();
      });
      await expect.poll(() => ui.script().requests.length).toBe(1);
      leaving.abort();
      await left.catch(() => undefined);
      await expect.poll(() => ui.signal()?.aborted).toBe(true);
    },
  );
});

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

describe("a refusal has OpenAI's shape", () => {
  test("for a wrong key, no key, a wrong model, wrong input and a wrong path", async () => {
    const stranger = createOpenaiClient(ui.docent, "sk-wrong");
    expect(await refusal(stranger.models.list())).toMatchObject({
      status: 401,
      code: "invalid_token",
      type: "authentication_error",
    });
    const response = await ui.docent.fetch("/v1/models");
    expect(response.status).toBe(401);
    expect((await response.json()).error).toMatchObject({ code: "missing_token", param: null });
    const model = await refusal(openai.chat.completions.create({ ...body, model: "gpt-4o" }));
    expect(model).toMatchObject({ status: 404, code: "model_not_found" });
    expect(model.message).toContain("docent-documents");
    const empty = await refusal(openai.chat.completions.create({ ...body, messages: [] }));
    expect(empty).toMatchObject({ status: 400, code: "invalid_input", param: "messages" });
    const image = { type: "image_url", image_url: { url: "data:," } } as const;
    const picture = openai.chat.completions.create({
      ...body,
      messages: [{ role: "user", content: [image] }],
    });
    expect((await refusal(picture)).message).toContain("no images");
    const path = await ui.docent.fetch("/v1/embeddings", { headers: ui.headers });
    expect((await path.json()).error.code).toBe("not_found");
  });

  test.each([true, false])("for a model that fails (stream: %s)", async (streamed) => {
    ui.script().fail(new Error("broken"));
    const call = openai.chat.completions.create({ ...body, stream: streamed });
    const error = await refusal(
      Promise.resolve(call).then(async (answer) => {
        for await (const _chunk of answer as AsyncIterable<unknown>);
      }),
    );
    expect(error.code).toBe("internal_error");
    expect(error.type).toBe("server_error");
  });
});

test("GET /v1/models lists Docent's own models, and one by its name", async () => {
  const names = [];
  for await (const { id } of openai.models.list()) names.push(id);
  expect(names).toEqual(["docent", "docent-documents", "docent-links"]);
  expect(await openai.models.retrieve("docent")).toMatchObject({ id: "docent", object: "model" });
  expect(await refusal(openai.models.retrieve("other"))).toMatchObject({ status: 404 });
});

test("the AI SDK's own messages are still another dialect", async () => {
  const response = await ui.docent.post(
    "/v1/chat/completions",
    {
      model: "docent",
      messages: [userMessage("Hi")],
    },
    ui.headers,
  );
  expect(response.status).toBe(400);
});
