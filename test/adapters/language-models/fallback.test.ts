import { beforeEach, describe, expect, test } from "vitest";
import { createExtractiveModel } from "../../../adapters/language-models/extractive/model.ts";
import { createModelChain } from "../../../adapters/language-models/fallback.ts";
import type { RemoteModel } from "../../../adapters/language-models/remote-model.ts";
import { PortFailure, type FailureCode } from "../../../handlers/ports/failure.ts";
import type { ModelPart, ModelRequest } from "../../../handlers/ports/language-model.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import { clockAt } from "../../support/apps/test-clock.ts";

const request: ModelRequest = {
  system: "",
  messages: [{ role: "user", content: "Do boats float?" }],
  tools: [],
  grounding: {
    mode: "passages",
    passages: [],
    quotes: [{ marker: 1, text: "Boats float." }],
    related: [],
  },
};
const never = new AbortController().signal;

type Answer = (signal: AbortSignal) => AsyncIterable<ModelPart>;
let behaviour: Record<string, Answer> = {};
const asked: string[] = [];
let now = 0;
let probing = () => Promise.resolve();
let logger = createMemoryLogger();
beforeEach(() => {
  behaviour = {};
  asked.length = 0;
  now = 0;
  logger = createMemoryLogger();
});

const finished: ModelPart = {
  type: "finished",
  finishReason: "stop",
  usage: { input_tokens: 1, output_tokens: 1 },
};
const speaks = (text: string): Answer =>
  async function* () {
    yield { type: "text-delta", text };
    yield finished;
  };
const yields = (...parts: ModelPart[]): Answer =>
  async function* () {
    yield* parts;
  };
const fails = (code: FailureCode, ...before: ModelPart[]): Answer =>
  async function* () {
    yield* before;
    throw new PortFailure(code, `answered badly`, { retryable: false });
  };

function choice(name: string) {
  const model: RemoteModel = {
    name,
    async speak(_, say, signal) {
      asked.push(name);
      for await (const part of (behaviour[name] ?? speaks(name))(signal)) say(part);
    },
    probe: () => probing(),
  };
  return { name, model: name, load: () => Promise.resolve(model) };
}

function chain(...names: [string, ...string[]]) {
  const [first, ...others] = names;
  return createModelChain({
    choices: [choice(first), ...others.map(choice)],
    extractive: createExtractiveModel(),
    clock: clockAt(() => now),
    logger,
  });
}

async function read(stream: AsyncIterable<ModelPart>) {
  const parts: ModelPart[] = [];
  for await (const part of stream) parts.push(part);
  const text = parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("");
  return { parts, text, isDegraded: parts.some(({ type }) => type === "degraded") };
}

const ask = (models: ReturnType<typeof chain>) => read(models.stream(request, never));

describe("before the first word", () => {
  test.each<FailureCode>([
    "unavailable",
    "timeout",
    "rate_limited",
    "unauthorized",
    "out_of_credit",
    "not_found",
    "invalid",
    "internal",
  ])(
    "the next model takes over from one that is %s, and nothing is called degraded",
    async (code) => {
      behaviour["one"] = fails(code);
      behaviour["two"] = speaks("two");
      expect(await read(chain("one", "two").stream(request, never))).toMatchObject({
        text: "two",
        isDegraded: false,
      });
      expect(logger.lines).toMatchObject([
        { level: "warn", message: "language model passed over", fields: { model: "one", code } },
      ]);
    },
  );

  test("the next one takes over from a model that ends without a word, but not after results of tools", async () => {
    behaviour["one"] = yields(finished);
    expect(await ask(chain("one", "two"))).toMatchObject({ text: "two" });
    expect(await ask(chain("one"))).toMatchObject({ text: "Boats float. [1]", isDegraded: true });
    behaviour["one"] = yields({ ...finished, finishReason: "content_filter" });
    expect(await ask(chain("one", "two"))).toMatchObject({ text: "" });
    behaviour["one"] = yields(finished);
    const result = { role: "tool", toolCallId: "a", content: "{}" } as const;
    const messages = [...request.messages, result];
    const { text } = await read(chain("one", "two").stream({ ...request, messages }, never));
    expect(text).toBe("");
  });

  test("quoting stands in when every model fails, and says so first", async () => {
    behaviour["one"] = fails("unavailable");
    behaviour["two"] = fails("rate_limited");
    const { parts, text } = await read(chain("one", "two").stream(request, never));
    expect(parts[0]).toEqual({ type: "degraded", service: "language_model" });
    expect(text).toBe("Boats float. [1]");
  });
});

test.each<ModelPart>([
  { type: "text-delta", text: "Half" },
  { type: "reasoning-delta", text: "Hm" },
  {
    type: "tool-call",
    call: { id: "a", name: "add", arguments: "{}" },
    basis: "proposal",
  },
])("after a $type nobody takes over", async (part) => {
  behaviour["one"] = fails("unavailable", part);
  const reading = read(chain("one", "two").stream(request, never));
  await expect(reading).rejects.toMatchObject({ code: "unavailable" });
  expect(asked).toEqual(["one"]);
});

describe("a model's circuit", () => {
  test.each<[string, Answer]>([
    ["that does not answer", fails("unavailable")],
    ["that does not exist", fails("not_found")],
    ["that breaks off in the middle", fails("unavailable", { type: "text-delta", text: "Half" })],
  ])("of one %s opens after five failures and tries one after 30 s", async (_, answer) => {
    behaviour["one"] = answer;
    const models = chain("one", "two");
    for (let count = 0; count < 5; count += 1) await ask(models).catch(() => undefined);
    expect(models.models[0]?.circuit.report()).toMatchObject({ state: "open", failureCount: 5 });
    asked.length = 0;
    await ask(models);
    expect(asked).toEqual(["two"]);

    now += 30_000;
    behaviour["one"] = speaks("back");
    expect(await ask(models)).toMatchObject({ text: "back" });
    expect(models.models[0]?.circuit.report()).toMatchObject({ state: "closed", failureCount: 0 });
  });

  test("is not opened by what the one who asks did wrong", async () => {
    behaviour["one"] = fails("invalid");
    const models = chain("one", "two");
    for (let count = 0; count < 8; count += 1) await ask(models);
    expect(models.models[0]?.circuit.report().state).toBe("closed");
  });

  test("closes with the first word, not with the end, of the answer that tries it", async () => {
    behaviour["one"] = fails("unavailable");
    const models = chain("one");
    for (let count = 0; count < 5; count += 1) await ask(models);
    expect(models.outages()).toEqual(["language_model"]);
    now += 30_000;
    behaviour["one"] = speaks("back");
    const stream = models.stream(request, never)[Symbol.asyncIterator]();
    await stream.next();
    expect(models.models[0]?.circuit.report().state).toBe("closed");
    expect(models.outages()).toEqual([]);
    await stream.return?.();
  });

  test("learns nothing from an answer that was stopped", async () => {
    behaviour["one"] = async function* (signal) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      yield* [];
    };
    const models = chain("one");
    for (let count = 0; count < 6; count += 1) {
      const controller = new AbortController();
      const reading = read(models.stream(request, controller.signal));
      setTimeout(() => controller.abort(), 1);
      expect((await reading).parts).toEqual([]);
    }
    expect(models.models[0]?.circuit.report()).toMatchObject({ state: "closed", failureCount: 0 });
  });

  test("of all models open: nobody is asked, quoting answers", async () => {
    behaviour["one"] = fails("unavailable");
    behaviour["two"] = fails("timeout");
    const models = chain("one", "two");
    for (let count = 0; count < 5; count += 1) await ask(models);
    asked.length = 0;
    expect(await ask(models)).toMatchObject({ isDegraded: true, text: "Boats float. [1]" });
    expect(asked).toEqual([]);
  });
});

const probe = (models: ReturnType<typeof chain>) => models.models[0]?.probe?.(never);
const latest = (models: ReturnType<typeof chain>) => models.models[0]?.circuit.latest();

describe("a probe", () => {
  test("speaks for a model nobody has asked", async () => {
    const models = chain("one");
    await probe(models);
    expect(models.models[0]).toMatchObject({
      service: "language_model",
      name: "language_model:one",
    });
    expect(latest(models)).toMatchObject({ isSuccess: true });
  });

  test("does not speak for one that failed to answer within the last minute", async () => {
    behaviour["one"] = fails("out_of_credit");
    const models = chain("one");
    await read(models.stream(request, never));
    await probe(models);
    expect(latest(models)).toMatchObject({ isSuccess: false });
    now += 60_000;
    await probe(models);
    expect(latest(models)).toMatchObject({ isSuccess: true });
  });

  test("that fails counts", async () => {
    const failure = new PortFailure("unauthorized", "no", { retryable: false });
    probing = () => Promise.reject(failure);
    const models = chain("one");
    await expect(probe(models)).rejects.toBe(failure);
    expect(models.models[0]?.circuit.report()).toMatchObject({ failureCount: 1 });
    probing = () => Promise.resolve();
  });
});
