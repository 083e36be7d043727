import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answers, done, ends, type Step } from "../../support/stand-ins/model-stand-in.ts";
import { never, question, read, startRemoteModel } from "../../support/apps/remote-model.ts";

let remote: Awaited<ReturnType<typeof startRemoteModel>>;
beforeAll(async () => {
  remote = await startRemoteModel();
});
afterAll(() => remote.standIn.stop());

const calling = (...tool_calls: object[]): Step => ({ kind: "delta", delta: { tool_calls } });
const named = (name: string, text: unknown = "") => ({ function: { name, arguments: text } });

describe("a request", () => {
  test("carries the key, the instructions, the turns and the tools", async () => {
    remote.standIn.answer(answers("Done"));
    const model = remote.createModel({ apiKey: "the-key" });
    const parameters = { type: "object", properties: { title: { type: "string" } } };
    await read(
      model.stream(
        {
          ...question,
          messages: [
            { role: "user", content: "Add milk" },
            {
              role: "assistant",
              content: "",
              toolCalls: [{ id: "c1", name: "add", arguments: '{"title":"milk"}' }],
            },
            { role: "tool", toolCallId: "c1", content: '{"id":1}' },
          ],
          tools: [{ name: "add", description: "Adds a task", parameters }],
        },
        never,
      ),
    );
    const { headers, body, path } = remote.standIn.requests.at(-1) ?? {};
    expect(path).toBe("/v1/chat/completions");
    expect(headers?.authorization).toBe("Bearer the-key");
    expect(body).toEqual({
      model: "stand-in",
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Add milk" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            {
              id: "c1",
              type: "function",
              function: { name: "add", arguments: '{"title":"milk"}' },
            },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: '{"id":1}' },
      ],
      tools: [
        { type: "function", function: { name: "add", description: "Adds a task", parameters } },
      ],
      max_tokens: 4096,
    });
  });

  test("has the data at the beginning of the question, whatever follows it", async () => {
    remote.standIn.answer(answers("Done"));
    const messages = [
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello" },
      { role: "user", content: "Float?" },
      { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "find", arguments: "{}" }] },
      { role: "tool", toolCallId: "c1", content: "{}" },
    ] as const;
    const request = { ...question, data: "<passage-1>Boats</passage-1>", messages };
    await read(remote.createModel().stream(request, never));
    const { body } = remote.standIn.requests.at(-1) ?? {};
    expect(body.messages.map(({ role }: { role: string }) => role)).toEqual([
      "system",
      "user",
      "assistant",
      "user",
      "assistant",
      "tool",
    ]);
    expect(body.messages[1].content).toBe("Hi");
    expect(body.messages[3].content).toBe("<passage-1>Boats</passage-1>\n\nFloat?");
  });

  test("has no two user messages in a row, though a question got no answer", async () => {
    remote.standIn.answer(answers("Done"));
    const messages = ["Sink?", "Float?"].map((content) => ({ role: "user", content }) as const);
    await read(remote.createModel().stream({ ...question, messages, data: "Boats." }, never));
    expect(remote.standIn.requests.at(-1)?.body.messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Boats.\n\nSink?\n\nFloat?" },
    ]);
  });

  test("goes without a key and without tools to a server that asks for none", async () => {
    await remote.collect(answers("Hi"));
    const { headers, body } = remote.standIn.requests.at(-1) ?? {};
    expect(headers).not.toHaveProperty("authorization");
    expect(body).not.toHaveProperty("tools");
    expect(body).not.toHaveProperty("reasoning_effort");
  });

  test("gives reasoning up where a model takes tools only without it, and remembers", async () => {
    const message = "Function tools with reasoning_effort are not supported for gpt in this";
    const refuse: Step = { kind: "refuse", status: 400, body: { error: { message } } };
    remote.standIn.answer([refuse], answers("Hi"), answers("Hi"));
    const model = remote.createModel();
    const request = {
      ...question,
      tools: [{ name: "add", description: "", parameters: { type: "object" } }],
    };
    const before = remote.standIn.requests.length;
    await read(model.stream(request, never));
    await read(model.stream(request, never));
    const efforts = remote.standIn.requests.slice(before).map(({ body }) => body.reasoning_effort);
    expect(efforts).toEqual([undefined, "none", "none"]);
  });

  test("brings a call's signature back to the model it came from, and to no other", async () => {
    const extra_content = { google: { thought_signature: "sig" } };
    remote.standIn.answer([calling({ ...named("add"), id: "c1", extra_content }), ends(), done]);
    const parts = await read(remote.createModel({ model: "one" }).stream(question, never));
    const call = parts.flatMap((part) => (part.type === "tool-call" ? [part.call] : []))[0];
    if (!call) throw new Error("no call");
    const stored = JSON.parse(JSON.stringify(call));
    const messages = [{ role: "assistant" as const, content: "", toolCalls: [stored] }];
    remote.standIn.answer(answers("Hi"));
    await read(remote.createModel({ model: "one" }).stream({ ...question, messages }, never));
    await read(remote.createModel({ model: "two" }).stream({ ...question, messages }, never));
    const sent = remote.standIn.requests
      .slice(-2)
      .map(({ body }) => body.messages[1].tool_calls[0]);
    expect(sent[0]).toMatchObject({ id: "c1", extra_content });
    expect(sent[1]).not.toHaveProperty("extra_content");
  });
});

describe("a probe", () => {
  test("asks for what nobody is billed for", async () => {
    remote.standIn.answer(answers("Hi"));
    await remote.createModel({ apiKey: "the-key" }).probe(never);
    expect(remote.standIn.requests.at(-1)).toMatchObject({ path: "/v1/models" });
  });

  test("says what is wrong", async () => {
    remote.standIn.answer([{ kind: "refuse", status: 401 }]);
    await expect(remote.createModel().probe(never)).rejects.toMatchObject({ code: "unauthorized" });
  });
});
