import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOpenaiCompatibleModel } from "../../adapters/language-models/openai-compatible.ts";
import type { PresetName } from "../../adapters/language-models/presets.ts";
import type { ModelPart, ModelRequest } from "../../handlers/ports/language-model.ts";
import {
  answers,
  done,
  ends,
  says,
  startModelStandIn,
  thinks,
  used,
  type ModelStandIn,
  type Step,
} from "../support/model-stand-in.ts";

let standIn: ModelStandIn;
beforeAll(async () => {
  standIn = await startModelStandIn();
});
afterAll(() => standIn.stop());

const question: ModelRequest = {
  system: "Be brief.",
  messages: [{ role: "user", content: "Hi" }],
  tools: [],
  grounding: { mode: "passages", passages: [], quotes: [] },
};
const never = new AbortController().signal;

function createModel(options: { preset?: PresetName; model?: string; apiKey?: string } = {}) {
  return createOpenaiCompatibleModel({
    preset: options.preset ?? "openai",
    model: options.model ?? "stand-in",
    apiKey: options.apiKey,
    baseUrl: standIn.url,
    firstTokenTimeout: 400,
    idleTimeout: 300,
    fetch: (input, init) => fetch(input, init),
  });
}

async function collect(script: readonly Step[], request = question): Promise<ModelPart[]> {
  standIn.answer(script);
  return read(createModel().stream(request, never));
}

async function read(stream: AsyncIterable<ModelPart>): Promise<ModelPart[]> {
  const parts: ModelPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

/** What became of it: text, thoughts, calls and end, however they were cut into pieces. */
async function outcome(script: readonly Step[]) {
  const parts = await collect(script);
  const last = parts.at(-1);
  return {
    text: parts.map((part) => (part.type === "text-delta" ? part.text : "")).join(""),
    thoughts: parts.map((part) => (part.type === "reasoning-delta" ? part.text : "")).join(""),
    calls: parts.flatMap((part) => (part.type === "tool-call" ? [part.call] : [])),
    reason: last?.type === "finished" ? last.finishReason : undefined,
  };
}

const raw = (text: string): Step => ({ kind: "raw", text });
const calling = (...tool_calls: object[]): Step => ({ kind: "delta", delta: { tool_calls } });
const named = (name: string, text: unknown = "") => ({ function: { name, arguments: text } });

describe("a request", () => {
  test("carries the key, the instructions, the turns and the tools", async () => {
    standIn.answer(answers("Done"));
    const model = createModel({ apiKey: "the-key" });
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
    const { headers, body, path } = standIn.requests.at(-1) ?? {};
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
    });
  });

  test("goes without a key and without tools to a server that asks for none", async () => {
    await collect(answers("Hi"));
    const { headers, body } = standIn.requests.at(-1) ?? {};
    expect(headers).not.toHaveProperty("authorization");
    expect(body).not.toHaveProperty("tools");
    expect(body).not.toHaveProperty("reasoning_effort");
  });

  test("gives reasoning up where a model takes tools only without it, and remembers", async () => {
    const message = "Function tools with reasoning_effort are not supported for gpt in this";
    const refuse: Step = { kind: "refuse", status: 400, body: { error: { message } } };
    standIn.answer([refuse], answers("Hi"), answers("Hi"));
    const model = createModel();
    const request = {
      ...question,
      tools: [{ name: "add", description: "", parameters: { type: "object" } }],
    };
    const before = standIn.requests.length;
    await read(model.stream(request, never));
    await read(model.stream(request, never));
    const efforts = standIn.requests.slice(before).map(({ body }) => body.reasoning_effort);
    expect(efforts).toEqual([undefined, "none", "none"]);
  });

  test("brings a call's signature back to the model it came from, and to no other", async () => {
    const extra_content = { google: { thought_signature: "sig" } };
    standIn.answer([calling({ ...named("add"), id: "c1", extra_content }), ends(), done]);
    const parts = await read(createModel({ model: "one" }).stream(question, never));
    const call = parts.flatMap((part) => (part.type === "tool-call" ? [part.call] : []))[0];
    if (!call) throw new Error("no call");
    const stored = JSON.parse(JSON.stringify(call));
    const messages = [{ role: "assistant" as const, content: "", toolCalls: [stored] }];
    standIn.answer(answers("Hi"));
    await read(createModel({ model: "one" }).stream({ ...question, messages }, never));
    await read(createModel({ model: "two" }).stream({ ...question, messages }, never));
    const sent = standIn.requests.slice(-2).map(({ body }) => body.messages[1].tool_calls[0]);
    expect(sent[0]).toMatchObject({ id: "c1", extra_content });
    expect(sent[1]).not.toHaveProperty("extra_content");
  });
});

describe("an answer", () => {
  test("is text with its usage", async () => {
    const parts = await collect(answers("Hello ", "wörld 🙂"));
    expect(parts.at(-1)).toEqual({
      type: "finished",
      finishReason: "stop",
      usage: { input_tokens: 7, output_tokens: 2 },
    });
    expect((await outcome(answers("Hello ", "wörld 🙂"))).text).toBe("Hello wörld 🙂");
  });

  test("may be cut into bytes anywhere, comments, CRLF and a byte order mark included", async () => {
    const frame = JSON.stringify({ choices: [{ delta: { content: "a🙂b" } }] });
    const whole = Buffer.from(
      `\uFEFF: OPENROUTER PROCESSING\r\n\r\ndata: ${frame}\r\n\r\ndata: {"choices":[{"finish_reason":"stop"}]}\r\n\r\ndata: [DONE]\r\n\r\n`,
    );
    for (const size of [1, 2, 3, 7]) {
      const model = createOpenaiCompatibleModel({
        preset: "openai",
        model: "stand-in",
        apiKey: undefined,
        baseUrl: "http://127.0.0.1:9",
        firstTokenTimeout: 1000,
        idleTimeout: 1000,
        fetch: () => Promise.resolve(new Response(inPieces(whole, size))),
      });
      const parts = await read(model.stream(question, never));
      const text = parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("");
      expect(text).toBe("a🙂b");
    }
  });

  test.each([
    ["reasoning_content", { reasoning_content: "Hm." }],
    ["reasoning", { reasoning: "Hm." }],
    [
      "Gemini's marked thoughts",
      { content: "<thought>Hm.", extra_content: { google: { thought: true } } },
    ],
  ])("tells thoughts in %s from what is said", async (_, delta) => {
    const script = [{ kind: "delta" as const, delta }, says("So."), ends(), done];
    expect(await outcome(script)).toMatchObject({ thoughts: "Hm.", text: "So.", reason: "stop" });
  });

  test("tells thoughts from what is said where a server leaves their tags in the text", async () => {
    const script = ["\n<th", "ink>\nHm. <", "b> Right.</thi", "nk>\n\nSo", " <think> stays."].map(
      says,
    );
    expect(await outcome([...script, ends(), done])).toMatchObject({
      thoughts: "Hm. <b> Right.",
      text: "So <think> stays.",
    });
  });

  test("beginning like a thought's tag is not lost", async () => {
    expect(await outcome([says("<t"), ends(), done])).toMatchObject({ text: "<t" });
  });

  test.each([
    ["stop", "stop"],
    ["length", "length"],
    ["content_filter", "content_filter"],
    ["SAFETY", "content_filter"],
    ["eos", "stop"],
    [null, "stop"],
  ])("that ends for %j ends for %j", async (given, expected) => {
    expect(await outcome([says("Hi"), ends(given), done])).toMatchObject({ reason: expected });
  });

  test("needs no [DONE] once its end was explained", async () => {
    expect(await outcome([says("Hi"), ends(), used(1, 1)])).toMatchObject({ reason: "stop" });
    const cut = [says("Hi"), ends(), { kind: "cut" as const }];
    expect(await outcome(cut)).toMatchObject({ text: "Hi", reason: "stop" });
  });

  test("that refuses is text", async () => {
    const delta = { refusal: "I cannot do that." };
    expect(await outcome([{ kind: "delta", delta }, ends(), done])).toMatchObject({
      text: "I cannot do that.",
    });
  });
});

describe("tool calls are whole and told apart", () => {
  const two = [
    { name: "first", arguments: '{"a":1}' },
    { name: "second", arguments: '{"b":2}' },
  ];

  test.each<[string, readonly Step[]]>([
    [
      "by index, in turns (OpenAI)",
      [
        calling({ index: 0, id: "a", ...named("first") }),
        calling({ index: 1, id: "b", ...named("second") }),
        calling({ index: 0, function: { arguments: '{"a"' } }),
        calling({ index: 1, function: { arguments: '{"b":2}' } }),
        calling({ index: 0, function: { arguments: ":1}" } }),
      ],
    ],
    [
      "whole, without index (Gemini)",
      [
        calling({ id: "a", ...named("first", '{"a":1}') }),
        calling({ id: "b", ...named("second", '{"b":2}') }),
      ],
    ],
    [
      "whole, all with index 0 and no id (Gemini)",
      [
        calling(
          { index: 0, id: "", ...named("first", '{"a":1}') },
          { index: 0, id: "", ...named("second", '{"b":2}') },
        ),
      ],
    ],
    [
      "whole, all with index 0 and ids",
      [
        calling({ index: 0, id: "a", ...named("first", '{"a":1}') }),
        calling({ index: 0, id: "b", ...named("second", '{"b":2}') }),
      ],
    ],
    [
      "with id and name again in every piece",
      [
        calling({ index: 0, id: "a", ...named("first", '{"a"') }),
        calling({ index: 0, id: "a", ...named("first", ":1}") }),
        calling({ index: 1, id: "b", ...named("second", '{"b":2}') }),
      ],
    ],
    [
      "in pieces without an index",
      [
        calling({ id: "a", ...named("first", '{"a"') }),
        calling({ function: { arguments: ":1}" } }),
        calling({ id: "b", ...named("second", '{"b":2}') }),
      ],
    ],
    ["with arguments as an object", [calling(named("first", { a: 1 }), named("second", { b: 2 }))]],
    [
      "with the same id twice",
      [
        calling({ index: 0, id: "a", ...named("first", '{"a":1}') }),
        calling({ index: 1, id: "a", ...named("second", '{"b":2}') }),
      ],
    ],
  ])("%s", async (_, script) => {
    for (const reason of ["tool_calls", "stop"]) {
      const { calls, reason: finish } = await outcome([...script, ends(reason), done]);
      expect(calls).toMatchObject(two);
      expect(calls.every(({ id }) => id !== "")).toBe(true);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
      expect(finish).toBe("tool_calls");
    }
  });

  test("the same one twice in a row is two calls, and no arguments are none", async () => {
    const { calls } = await outcome([
      calling({ index: 0, ...named("tick", "{}") }, { index: 0, ...named("tick", "{}") }),
      calling({ index: 1, id: "c", ...named("list", "") }),
      ends(),
      done,
    ]);
    expect(calls).toMatchObject([
      { name: "tick" },
      { name: "tick" },
      { name: "list", arguments: "{}" },
    ]);
  });

  test("of an answer that was cut for length none is made", async () => {
    const script = [calling({ index: 0, id: "a", ...named("first", '{"a') }), ends("length"), done];
    expect(await outcome(script)).toMatchObject({ calls: [], reason: "length" });
  });

  test("with a turn that says tool_calls and calls nothing is an answer", async () => {
    expect(await outcome([says("Hi"), ends("tool_calls"), done])).toMatchObject({ reason: "stop" });
  });
});

describe("a failure has a code and no secret", () => {
  const refusal = (
    status: number,
    message = "Nothing for the-key at this host",
    headers = {},
  ): readonly Step[] => [
    { kind: "refuse", status, headers, body: { error: { message, code: message } } },
  ];

  test.each<[string, readonly Step[], object]>([
    ["401", refusal(401), { code: "unauthorized", retryable: false }],
    ["403", refusal(403), { code: "unauthorized", retryable: false }],
    ["Gemini's 400 for a wrong key", refusal(400, "API key not valid."), { code: "unauthorized" }],
    ["400", refusal(400), { code: "invalid", retryable: false }],
    ["413", refusal(413), { code: "invalid", retryable: false }],
    ["402", refusal(402), { code: "out_of_credit", retryable: false }],
    ["OpenAI's 429 without money", refusal(429, "insufficient_quota"), { code: "out_of_credit" }],
    ["404", refusal(404), { code: "not_found", retryable: false }],
    ["408", refusal(408), { code: "timeout", retryable: true }],
    ["500", refusal(500), { code: "unavailable", retryable: true }],
    ["529", refusal(529), { code: "unavailable", retryable: true }],
    [
      "429 with seconds",
      refusal(429, "slow", { "retry-after": "7" }),
      { code: "rate_limited", retryable: true, retryAfter: 7000 },
    ],
    [
      "429 with milliseconds",
      refusal(429, "slow", { "retry-after-ms": "250", "retry-after": "1" }),
      { code: "rate_limited", retryAfter: 250 },
    ],
    [
      "429 with a date long past",
      refusal(429, "slow", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }),
      { code: "rate_limited", retryAfter: 0 },
    ],
    [
      "503 without a number",
      refusal(503, "", { "retry-after": "soon" }),
      { retryAfter: undefined },
    ],
    ["a cut", [says("Hi"), { kind: "cut" }], { code: "unavailable", retryable: true }],
    ["an end without an end", [says("Hi")], { code: "unavailable", retryable: true }],
    ["nothing at all", [raw("")], { code: "unavailable" }],
    ["a web page", [raw("<html><body>Welcome</body></html>")], { code: "unavailable" }],
    ["a frame that is no JSON", [raw("data: {oops the-key\n\n")], { code: "unavailable" }],
    ["a frame without end", [raw(`data: ${"x".repeat(1_100_000)}`)], { code: "unavailable" }],
    [
      "an error in the stream",
      [{ kind: "frame", frame: { error: { message: "the-key", code: 429 } } }],
      { code: "rate_limited" },
    ],
    [
      "an error event",
      [raw('event: error\ndata: {"message":"overloaded"}\n\n')],
      { code: "unavailable" },
    ],
    [
      "OpenRouter's error in the middle",
      [
        says("Hi"),
        {
          kind: "frame",
          frame: {
            error: { code: "server_error", message: "gone" },
            choices: [{ delta: { content: "" }, finish_reason: "error" }],
          },
        },
      ],
      { code: "unavailable", retryable: true },
    ],
    ["an error as its reason", [says("Hi"), ends("error"), done], { code: "unavailable" }],
    ["silence", [{ kind: "hang" }], { code: "timeout", retryable: true }],
    [
      "silence but for heartbeats",
      Array.from({ length: 12 }, () => [
        raw(": OPENROUTER PROCESSING\n\n"),
        { kind: "wait" as const, milliseconds: 100 },
      ]).flat(),
      { code: "timeout" },
    ],
    ["silence in the middle", [says("Hi"), { kind: "hang" }], { code: "timeout" }],
  ])("%s", async (_, script, expected) => {
    standIn.answer(script);
    const failure = await read(createModel({ apiKey: "the-key" }).stream(question, never)).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ name: "PortFailure", ...expected });
    expect(String(failure)).not.toMatch(/the-key|127\.0\.0\.1|oops|Welcome/);
    await expect.poll(() => standIn.open()).toBe(0);
  });

  test("refused and reset", async () => {
    await standIn.refuse();
    const failing = read(createModel().stream(question, never));
    await expect(failing).rejects.toMatchObject({ code: "unavailable", retryable: true });
    await standIn.listen();
  });

  test("after what was said is reported behind it", async () => {
    standIn.answer([says("Half"), raw("data: {\n\n")]);
    const texts: string[] = [];
    const reading = (async () => {
      for await (const part of createModel().stream(question, never)) {
        if (part.type === "text-delta") texts.push(part.text);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "unavailable" });
    expect(texts.join("")).toBe("Half");
  });
});

test("a slow model that goes on talking, thinking or calling is not cut", async () => {
  const pause = { kind: "wait" as const, milliseconds: 200 };
  const script = [
    thinks("Hm."),
    pause,
    says("So"),
    pause,
    calling({ index: 0, id: "a", ...named("first", '{"a"') }),
    pause,
    calling({ index: 0, function: { arguments: ":1}" } }),
    pause,
    ends("tool_calls"),
    done,
  ];
  expect(await outcome(script)).toMatchObject({ text: "So", calls: [{ arguments: '{"a":1}' }] });
});

describe("told to stop", () => {
  test("it ends early and hangs up, in the middle and before the first word", async () => {
    for (const script of [[says("Hi"), { kind: "hang" as const }], [{ kind: "hang" as const }]]) {
      standIn.answer(script);
      const controller = new AbortController();
      const asked = standIn.requests.length;
      const reading = read(createModel().stream(question, controller.signal));
      await expect.poll(() => standIn.requests.length).toBe(asked + 1);
      controller.abort();
      const parts = await reading;
      expect(parts.some(({ type }) => type === "finished")).toBe(false);
      await expect.poll(() => standIn.requests.at(-1)?.isAbandoned).toBe(true);
    }
  });

  test("beforehand it asks nobody", async () => {
    const asked = standIn.requests.length;
    expect(await read(createModel().stream(question, AbortSignal.abort()))).toEqual([]);
    expect(standIn.requests).toHaveLength(asked);
  });

  test("by a reader that leaves, it hangs up", async () => {
    standIn.answer([says("Hi"), { kind: "hang" }]);
    for await (const _ of createModel().stream(question, never)) break;
    await expect.poll(() => standIn.requests.at(-1)?.isAbandoned).toBe(true);
  });
});

test("answers read to their end leave one connection, which is used again", async () => {
  standIn.answer(answers("Hi"));
  for (let count = 0; count < 20; count += 1) await read(createModel().stream(question, never));
  await expect.poll(() => standIn.connections()).toBeLessThanOrEqual(2);
});

describe("a probe", () => {
  test("asks for what nobody is billed for", async () => {
    standIn.answer(answers("Hi"));
    await createModel({ apiKey: "the-key" }).probe(never);
    expect(standIn.requests.at(-1)).toMatchObject({ path: "/v1/models" });
  });

  test("says what is wrong", async () => {
    standIn.answer([{ kind: "refuse", status: 401 }]);
    await expect(createModel().probe(never)).rejects.toMatchObject({ code: "unauthorized" });
  });
});

function inPieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size)
        controller.enqueue(bytes.subarray(at, at + size));
      controller.close();
    },
  });
}
