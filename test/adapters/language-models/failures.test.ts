import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchStream } from "../../../adapters/runtimes/node/fetch-stream.ts";
import { done, ends, says, type Step } from "../../support/stand-ins/model-stand-in.ts";
import { never, question, read, startRemoteModel } from "../../support/apps/remote-model.ts";

let remote: Awaited<ReturnType<typeof startRemoteModel>>;

const raw = (text: string): Step => ({ kind: "raw", text });
const refusal = (
  status: number,
  message = "Nothing for the-key at this host",
  headers = {},
): readonly Step[] => [
  { kind: "refuse", status, headers, body: { error: { message, code: message } } },
];

describe.each([
  ["fetch", fetch],
  ["node:http", fetchStream],
])("over %s, a failure has a code and no secret", (_, transport) => {
  beforeAll(async () => {
    remote = await startRemoteModel(transport);
  });
  afterAll(() => remote.standIn.stop());

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
  ])("%s", async (name, script, expected) => {
    remote.standIn.answer(script);
    const silence = name.startsWith("silence") ? 400 : 60_000;
    const failure = await read(
      remote.createModel({ apiKey: "the-key", silence }).stream(question, never),
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "PortFailure", ...expected });
    expect(String(failure)).not.toMatch(/the-key|127\.0\.0\.1|oops|Welcome/);
    await expect.poll(() => remote.standIn.open()).toBe(0);
  });

  test("refused and reset", async () => {
    await remote.standIn.refuse();
    const failing = read(remote.createModel().stream(question, never));
    await expect(failing).rejects.toMatchObject({ code: "unavailable", retryable: true });
    await remote.standIn.listen();
  });

  test("after what was said is reported behind it", async () => {
    remote.standIn.answer([says("Half"), raw("data: {\n\n")]);
    const texts: string[] = [];
    const reading = (async () => {
      for await (const part of remote.createModel().stream(question, never)) {
        if (part.type === "text-delta") texts.push(part.text);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "unavailable" });
    expect(texts.join("")).toBe("Half");
  });
});
