import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOpenaiCompatibleModel } from "../../../adapters/language-models/openai-compatible/model.ts";
import {
  answers,
  done,
  ends,
  says,
  thinks,
  used,
  type Step,
} from "../../support/stand-ins/model-stand-in.ts";
import {
  never,
  question,
  read,
  streamOf,
  startRemoteModel,
  textOf,
} from "../../support/apps/remote-model.ts";

let remote: Awaited<ReturnType<typeof startRemoteModel>>;
beforeAll(async () => {
  remote = await startRemoteModel();
});
afterAll(() => remote.standIn.stop());

const calling = (...tool_calls: object[]): Step => ({ kind: "delta", delta: { tool_calls } });
const chunks = (...content: unknown[]): Step => ({ kind: "delta", delta: { content } });

const frameOf = (text: string, more = "", rest = "") =>
  `data: {"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content": "${text}"${more}},"finish_reason":null}]${rest}}\n\n`;

describe("an answer", () => {
  test("is text with its usage", async () => {
    const parts = await remote.collect(answers("Hello ", "wörld 🙂"));
    expect(parts.at(-1)).toEqual({
      type: "finished",
      finishReason: "stop",
      usage: { input_tokens: 7, output_tokens: 2 },
    });
    expect((await remote.outcome(answers("Hello ", "wörld 🙂"))).text).toBe("Hello wörld 🙂");
  });

  test("is read alike whether its frames differ in the text alone or in more", async () => {
    const { text, thoughts, reason } = await remote.outcome(
      [
        frameOf("a"),
        frameOf("b"),
        frameOf("c", ',"reasoning":null'),
        frameOf("d", ',"reasoning":null'),
        frameOf(String.raw`\n\"e\u00e9\\`, ',"reasoning":null'),
        frameOf("", ',"reasoning":"hm"'),
        frameOf("f", ',"reasoning":null', ',"x":{"content": "no"}'),
        frameOf("g", ',"reasoning":null', ',"x":{"content": "yes"}'),
        `event: message\n${frameOf("h")}`,
        `${frameOf("i")}${frameOf("j")}`,
        frameOf("k").replaceAll("\n", "\r\n"),
        frameOf("l").slice(0, -1),
        `\n${frameOf("m")}`,
        frameOf("n").replace('"finish_reason":null', '"finish_reason":"length"'),
        frameOf("o"),
        "data: [DONE]\n\n",
      ].map((piece) => ({ kind: "raw", text: piece }) as const),
    );
    expect(text).toBe('abcd\n"eé\\fghijklmno');
    expect(thoughts).toBe("hm");
    expect(reason).toBe("length");
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
        firstTokenTimeout: 60_000,
        idleTimeout: 60_000,
        answerTokens: 4096,
        fetch: () => Promise.resolve(new Response(inPieces(whole, size))),
      });
      const parts = await read(streamOf(model)(question, never));
      expect(textOf(parts)).toBe("a🙂b");
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
    expect(await remote.outcome(script)).toMatchObject({
      thoughts: "Hm.",
      text: "So.",
      reason: "stop",
    });
  });

  test("tells thoughts from what is said where a server leaves their tags in the text", async () => {
    const script = ["\n<th", "ink>\nHm. <", "b> Right.</thi", "nk>\n\nSo", " <think> stays."].map(
      says,
    );
    expect(await remote.outcome([...script, ends(), done])).toMatchObject({
      thoughts: "Hm. <b> Right.",
      text: "So <think> stays.",
    });
  });

  test("beginning like a thought's tag is not lost", async () => {
    expect(await remote.outcome([says("<t"), ends(), done])).toMatchObject({ text: "<t" });
  });

  test.each([
    ["stop", "stop"],
    ["length", "length"],
    ["content_filter", "content_filter"],
    ["SAFETY", "content_filter"],
    ["eos", "stop"],
    [null, "stop"],
  ])("that ends for %j ends for %j", async (given, expected) => {
    expect(await remote.outcome([says("Hi"), ends(given), done])).toMatchObject({
      reason: expected,
    });
  });

  test("needs no [DONE] once its end was explained", async () => {
    expect(await remote.outcome([says("Hi"), ends(), used(1, 1)])).toMatchObject({
      reason: "stop",
    });
    const cut = [says("Hi"), ends(), { kind: "cut" as const }];
    expect(await remote.outcome(cut)).toMatchObject({ text: "Hi", reason: "stop" });
  });

  test("is read from lists of chunks, as Mistral's reasoning models send them", async () => {
    const thinking = [{ type: "text", text: "Boats… " }, null];
    const outcome = await remote.outcome([
      chunks({ type: "thinking", thinking }),
      chunks({ type: "thinking", thinking: [{ type: "text", text: "hm." }], closed: true }, 5),
      chunks({ type: "text", text: "They " }),
      says("push "),
      chunks({ type: "text", text: "water." }),
      { kind: "delta", delta: { content: { no: "text" } } },
      ends(),
      done,
    ]);
    expect(outcome).toMatchObject({ text: "They push water.", thoughts: "Boats… hm." });
  });

  test.each([
    [{ prompt_tokens: 1.5, completion_tokens: 2.25 }, [2, 2]],
    [{ prompt_tokens: "12", completion_tokens: "three" }, [12, 0]],
    [{ prompt_tokens: 1e20, completion_tokens: -1 }, [2_147_483_647, 0]],
    [{ prompt_tokens: null, completion_tokens: {} }, [0, 0]],
  ])("whose usage is told as %o counts %o whole tokens", async (usage, [input, output]) => {
    const told: Step = { kind: "frame", frame: { usage } };
    const parts = await remote.collect([says("Hi"), ends(), told, done]);
    const counted = { input_tokens: input, output_tokens: output };
    expect(parts.at(-1)).toMatchObject({ type: "finished", usage: counted });
  });

  test("that refuses is text", async () => {
    const delta = { refusal: "I cannot do that." };
    expect(await remote.outcome([{ kind: "delta", delta }, ends(), done])).toMatchObject({
      text: "I cannot do that.",
    });
  });
});

test("a slow model that goes on talking, thinking or calling is not cut", async () => {
  const pause = { kind: "wait" as const, milliseconds: 200 };
  const script = [
    thinks("Hm."),
    pause,
    says("So"),
    pause,
    calling({ index: 0, id: "a", function: { name: "first", arguments: '{"a"' } }),
    pause,
    calling({ index: 0, function: { arguments: ":1}" } }),
    pause,
    ends("tool_calls"),
    done,
  ];
  expect(await remote.outcome(script)).toMatchObject({
    text: "So",
    calls: [{ arguments: '{"a":1}' }],
  });
});

describe("told to stop", () => {
  test("it ends early and hangs up, in the middle and before the first word", async () => {
    for (const script of [[says("Hi"), { kind: "hang" as const }], [{ kind: "hang" as const }]]) {
      remote.standIn.answer(script);
      const controller = new AbortController();
      const asked = remote.standIn.requests.length;
      const reading = read(remote.createModel().stream(question, controller.signal));
      await expect.poll(() => remote.standIn.requests.length).toBe(asked + 1);
      controller.abort();
      const parts = await reading;
      expect(parts.some(({ type }) => type === "finished")).toBe(false);
      await expect.poll(() => remote.standIn.requests.at(-1)?.isAbandoned).toBe(true);
    }
  });

  test("beforehand it asks nobody", async () => {
    const asked = remote.standIn.requests.length;
    expect(await read(remote.createModel().stream(question, AbortSignal.abort()))).toEqual([]);
    expect(remote.standIn.requests).toHaveLength(asked);
  });

  test("by a reader that leaves, it hangs up", async () => {
    remote.standIn.answer([says("Hi"), { kind: "hang" }]);
    for await (const _ of remote.createModel().stream(question, never)) break;
    await expect.poll(() => remote.standIn.requests.at(-1)?.isAbandoned).toBe(true);
  });
});

test("answers read to their end leave one connection, which is used again", async () => {
  remote.standIn.answer(answers("Hi"));
  for (let count = 0; count < 20; count += 1)
    await read(remote.createModel().stream(question, never));
  await expect.poll(() => remote.standIn.connections()).toBeLessThanOrEqual(2);
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
