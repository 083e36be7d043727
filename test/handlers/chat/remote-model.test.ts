import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compose } from "../../../adapters/compose.ts";
import { createScryptHasher } from "../../../adapters/password-hashers/scrypt.ts";
import { parseSettings } from "../../../handlers/settings/index.ts";
import { collectEvents, readEvents, textOf } from "../../support/clients/events.ts";
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
} from "../../support/stand-ins/model-stand-in.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";
import { clockAt } from "../../support/apps/test-clock.ts";

const key = "sk-a-key-nobody-may-see";
let standIn: ModelStandIn;
let docent: TestApp;
let lines: ReturnType<typeof createRecordingLogger>["lines"];
let clockOffset = 0;
beforeAll(async () => {
  standIn = await startModelStandIn();
});
afterAll(() => standIn.stop());

beforeEach(() => open({ FIRST_TOKEN_TIMEOUT_SECONDS: "60", IDLE_TIMEOUT_SECONDS: "60" }));

async function open(deadlines: Readonly<Record<string, string>>): Promise<void> {
  clockOffset = 0;
  const recording = createRecordingLogger();
  lines = recording.lines;
  const environment = {
    OPENAI_BASE_URL: standIn.url,
    OPENAI_API_KEY: key,
    OPENAI_MODEL: "stand-in",
    ...deadlines,
  };
  const clock = clockAt(() => Date.now() + clockOffset);
  const { logger } = recording;
  const assets = { read: () => Promise.resolve(undefined) };
  const offers = { logger, assets, clock, passwordHasher: createScryptHasher() };
  const ports = compose(parseSettings(environment).settings, offers);
  const { languageModel, dependencies = [] } = ports;
  docent = await createTestApp(environment, { languageModel, dependencies, clock, logger });
  await docent.app.ingest("test", documents(), { missing: "keep", urlBase: null });
}
afterEach(async () => {
  await docent.close();
  expect(JSON.stringify(lines)).not.toMatch(/sk-a-key|127\.0\.0\.1/);
});

async function reopen(deadlines: Readonly<Record<string, string>>): Promise<void> {
  await docent.close();
  await open(deadlines);
}

async function* documents() {
  for (const [name, text] of [
    ["boats", "Boats float on water because they push water aside."],
    ["stones", "Stones do not float on water, they sink."],
  ]) {
    const content = `# ${name}\n\n${text}`;
    yield toSourceDocument({ path: `${name}.md`, content, mediaType: "text/markdown" });
  }
}

const question = "Why do boats float on water?";
const ask = () => docent.post("/api/chat", { message: question });
const askForJson = async () => {
  const headers = { accept: "application/json" };
  const response = await docent.post("/api/chat", { message: question }, headers);
  return { status: response.status, body: await response.json() };
};

describe("a model answers", () => {
  test("with its thoughts, its text, its usage, and the documents before its question", async () => {
    standIn.answer([thinks("Hm."), says("They push "), says("water."), ends(), used(120, 9), done]);
    const events = await collectEvents(await ask());
    expect(events[0]?.data).toMatchObject({ type: "metadata" });
    expect(events[0]?.data).not.toHaveProperty("degraded");
    expect(
      events.some(({ data }) => data["type"] === "reasoning" && data["content"] === "Hm."),
    ).toBe(true);
    expect(textOf(events)).toBe("They push water.");
    expect(events.at(-1)?.data).toMatchObject({
      type: "done",
      content: "They push water.",
      usage: { input_tokens: 120, output_tokens: 9 },
      finish_reason: "stop",
    });
    const { body, headers } = standIn.requests.at(-1) ?? {};
    expect(headers?.authorization).toBe(`Bearer ${key}`);
    const [system, asked, ...others] = body.messages;
    expect(others).toEqual([]);
    expect(system.role).toBe("system");
    expect(system.content).not.toContain("Boats float on water");
    expect(asked.role).toBe("user");
    expect(asked.content).toMatch(/^<passage-[^]+Boats float on water[^]+>\n\nWhy do boats float/);
  });

  test("and its markers are counted anew, invented ones dropped, pieces put together", async () => {
    standIn.answer([says("Stones sink ["), says("2"), says("]. Boats not [1][9]."), ends(), done]);
    const { body } = await askForJson();
    expect(body.response).toBe("Stones sink [1]. Boats not [2].");
    expect(body.sources).toHaveLength(2);
    expect(body.degraded).toEqual([]);
  });
});

describe("when it is out", () => {
  const outages: readonly [string, readonly Step[]][] = [
    ["hang", [{ kind: "hang" }]],
    ["garbage", [{ kind: "raw", text: "<html>Welcome</html>" }]],
    ["cut", [{ kind: "cut" }]],
    ["wrong key", [{ kind: "refuse", status: 401 }]],
    ["overloaded", [{ kind: "refuse", status: 529 }]],
  ];

  test.each(outages)(
    "%s: the documents are quoted, and the answer says so",
    async (name, script) => {
      if (name === "hang") await reopen({ FIRST_TOKEN_TIMEOUT_SECONDS: "1" });
      standIn.answer(script);
      const events = await collectEvents(await ask());
      expect(textOf(events)).toContain("Boats float on water");
      expect(events.at(-1)?.data).toMatchObject({ type: "done", degraded: ["language_model"] });
      await expect.poll(() => standIn.open()).toBe(0);
    },
  );

  test("refused: quoted too, five times, then without asking; tried again after 30 s", async () => {
    standIn.answer(answers("I am back."));
    await standIn.refuse();
    for (let count = 0; count < 5; count += 1) {
      const { status, body } = await askForJson();
      expect({ status, degraded: body.degraded }).toEqual({
        status: 200,
        degraded: ["language_model"],
      });
    }
    await standIn.listen();
    const asked = standIn.requests.length;
    const events = await collectEvents(await ask());
    expect(events[0]?.data).toMatchObject({ type: "metadata", degraded: ["language_model"] });
    expect(standIn.requests).toHaveLength(asked);
    expect(await circuit()).toMatchObject({ state: "open", failure_count: 5 });

    clockOffset = 30_000;
    const { body } = await askForJson();
    expect(body).toMatchObject({ response: "I am back.", degraded: [] });
    expect(await circuit()).toMatchObject({ state: "closed", failure_count: 0 });
  });

  test.each<[string, readonly Step[], string]>([
    ["cut", [{ kind: "cut" }], "unavailable"],
    ["silent", [{ kind: "hang" }], "timeout"],
    ["garbage", [{ kind: "raw", text: "data: {\n\n" }], "unavailable"],
  ])(
    "%s in the middle of an answer: an error, and what was said is kept",
    async (name, rest, code) => {
      if (name === "silent") await reopen({ IDLE_TIMEOUT_SECONDS: "1" });
      standIn.answer([says("They push "), ...rest]);
      const events = await collectEvents(await ask());
      expect(events.at(-1)?.data).toMatchObject({ type: "error", code, retryable: true });
      expect(await saved(events[0]?.data ?? {})).toMatchObject({
        content: "They push ",
        status: "failed",
      });
      await expect.poll(() => standIn.open()).toBe(0);
    },
  );

  test("slow is not out", async () => {
    const pause: Step = { kind: "wait", milliseconds: 200 };
    standIn.answer([pause, says("They "), pause, says("push."), pause, ends(), done]);
    const { body } = await askForJson();
    expect(body).toMatchObject({ response: "They push.", degraded: [] });
  });
});

test("stopping an answer hangs up on the model", async () => {
  standIn.answer([says("They push "), { kind: "wait", milliseconds: 400 }, { kind: "hang" }]);
  const events = readEvents(await ask());
  const metadata = (await events.next()).value?.data ?? {};
  await events.next();
  const headers = { authorization: `Bearer ${String(metadata["access_token"])}` };
  const path = `/api/chat/${String(metadata["conversation_id"])}/stop`;
  expect((await docent.fetch(path, { method: "POST", headers })).status).toBe(204);
  expect((await events.next()).value?.data).toMatchObject({
    type: "done",
    finish_reason: "cancelled",
  });
  await expect.poll(() => standIn.requests.at(-1)?.isAbandoned).toBe(true);
});

test("an answer whose reader has gone is finished and saved", async () => {
  const pause: Step = { kind: "wait", milliseconds: 100 };
  standIn.answer([says("They "), pause, says("push "), pause, says("water."), ends(), done]);
  const events = readEvents(await ask());
  const metadata = (await events.next()).value?.data ?? {};
  await events.return();
  await expect
    .poll(() => saved(metadata))
    .toMatchObject({ content: "They push water.", status: "complete" });
});

async function circuit() {
  return (await (await docent.fetch("/health/circuits")).json())["language_model:openai"];
}

async function saved(metadata: Readonly<Record<string, unknown>>) {
  const headers = { authorization: `Bearer ${String(metadata["access_token"])}` };
  const path = `/api/conversations/${String(metadata["conversation_id"])}`;
  const { messages } = await (await docent.fetch(path, { headers })).json();
  return messages.at(-1);
}
