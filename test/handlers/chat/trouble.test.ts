import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { LanguageModel, ModelPart } from "../../../handlers/ports/language-model.ts";
import { collectEvents, readEvents, textOf } from "../../support/clients/events.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { toSourceDocument } from "../../support/apps/parse.ts";

let docent: TestApp;
let script: ReturnType<typeof createScriptedModel>;
let model: LanguageModel["stream"];
beforeEach(async () => {
  script = createScriptedModel();
  model = (request, signal) => script.model.stream(request, signal);
  const languageModel: LanguageModel = {
    name: "scripted",
    stream: (request, signal) => model(request, signal),
  };
  docent = await createTestApp({}, { languageModel });
});
afterEach(() => docent.close());

const bearer = (token: unknown) => ({ authorization: `Bearer ${String(token)}` });

async function begin(message = "Hello") {
  const events = readEvents(await docent.post("/api/chat", { message }));
  const { conversation_id: id, access_token: token } = (await events.next()).value?.data ?? {};
  return { events, id: String(id), headers: bearer(token) };
}

async function readAnswer({ id, headers }: { id: string; headers: Record<string, string> }) {
  const response = await docent.fetch(`/api/conversations/${id}`, { headers });
  return (await response.json()).messages.at(-1);
}

const says = (...texts: string[]): ModelPart[] =>
  texts.map((text) => ({ type: "text-delta", text }));

test("an id in capitals is the same conversation, and as busy", async () => {
  const { events, id, headers } = await begin();
  const body = { message: "Again", conversation_id: id.toUpperCase() };
  expect((await docent.post("/api/chat", body, headers)).status).toBe(409);
  script.end();
  for await (const _ of events);
});

describe("a model that does not end as it should", () => {
  test("breaks off: an error, and the partial answer has failed", async () => {
    model = async function* () {
      yield* says("Half an ans");
    };
    const { events, ...conversation } = await begin();
    await events.next();
    const last = (await events.next()).value?.data;
    expect(last).toMatchObject({ type: "error", code: "unavailable", retryable: true });
    expect(await readAnswer(conversation)).toMatchObject({
      content: "Half an ans",
      status: "failed",
    });
  });

  test("throws because it was told to stop: the answer is stopped, not failed", async () => {
    model = async function* (_, signal) {
      yield* says("One, ");
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw new DOMException("stop", "AbortError");
    };
    const { events, ...conversation } = await begin();
    await events.next();
    const { id, headers } = conversation;
    await docent.fetch(`/api/chat/${id}/stop`, { method: "POST", headers });
    const last = (await events.next()).value?.data;
    expect(last).toMatchObject({ type: "done", content: "One, ", finish_reason: "cancelled" });
    expect(await readAnswer(conversation)).toMatchObject({ status: "stopped" });
  });

  test("throws what is no error", async () => {
    model = () => ({
      [Symbol.asyncIterator]: () => ({
        // oxlint-disable-next-line prefer-promise-reject-errors -- that is the point
        next: () => Promise.reject("a string"),
      }),
    });
    const { events, ...conversation } = await begin();
    expect((await events.next()).value?.data).toMatchObject({ code: "internal_error" });
    expect(await readAnswer(conversation)).toMatchObject({ status: "failed" });
  });

  test("says U+0000, which no database keeps: the rest is kept", async () => {
    script.say("a\0b");
    script.end();
    const { events, ...conversation } = await begin();
    const rest = [];
    for await (const event of events) rest.push(event);
    expect(rest.at(-1)?.data).toMatchObject({ type: "done", content: "ab" });
    expect(await readAnswer(conversation)).toMatchObject({ content: "ab", status: "complete" });
  });
});

test("a failed answer keeps the sources of the markers in its text", async () => {
  await docent.app.ingest("test", documents(), { missing: "keep", urlBase: null });
  script.say("Boats float [1]. ");
  script.fail(new PortFailure("unavailable", "model out", { retryable: true }));
  const { events, ...conversation } = await begin("Do boats float?");
  for await (const _ of events);
  const answer = await readAnswer(conversation);
  expect(answer.content).toBe("Boats float [1]. ");
  expect(answer.sources).toMatchObject([{ path: "boats.md" }]);
});

async function* documents() {
  const content = "# Boats\n\nBoats float on water because they push water aside.";
  yield toSourceDocument({ path: "boats.md", content, mediaType: "text/markdown" });
}

test.each(["-5 seconds", "1 hour"])(
  "an answer last saved at %s from now, after a crash or a step of the clock, counts as interrupted",
  async (age) => {
    const { events, ...conversation } = await begin();
    expect(await readAnswer(conversation)).toMatchObject({ status: "streaming" });
    await docent.database.query({
      text: "update messages set updated_at = now() + $1::text::interval where role = 'assistant'",
      values: [age],
    });
    expect(await readAnswer(conversation)).toMatchObject({ status: "interrupted" });
    script.end();
    for await (const _ of events);
  },
);

test("an answer begun by an earlier version, which saves silent ones every 10 s, has 30 s", async () => {
  const { events, ...conversation } = await begin();
  for (const [age, status] of [
    ["20 seconds", "streaming"],
    ["31 seconds", "interrupted"],
  ]) {
    await docent.database.query({
      text: `update messages set updated_at = now() - $1::text::interval, dialect = null
        where role = 'assistant'`,
      values: [age ?? ""],
    });
    expect(await readAnswer(conversation)).toMatchObject({ status });
  }
  script.end();
  for await (const _ of events);
});

test("the JSON of an answer that its owner stops says so", async () => {
  script.end();
  const { events, id, headers } = await begin();
  for await (const _ of events);
  const body = { message: "Count", conversation_id: id };
  const answer = docent.post("/api/chat", body, { ...headers, accept: "Application/JSON" });
  await expect.poll(() => script.requests.length).toBe(2);
  await docent.fetch(`/api/chat/${id}/stop`, { method: "POST", headers });
  const response = await answer;
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ response: "", finish_reason: "cancelled" });
});

describe("resuming", () => {
  test.each(["-1", "999999", "1e3", "", "/", "0x1", "9".repeat(40)])(
    "after the nonsense %j starts from the beginning",
    async (position) => {
      const { events, id, headers } = await begin();
      script.say("One.");
      const messageId = (await events.next()).value?.id?.split("/")[0];
      const resumed = await docent.fetch(`/api/chat/${id}/stream`, {
        headers: { ...headers, "last-event-id": `${String(messageId)}/${position}` },
      });
      script.end();
      expect(textOf(await collectEvents(resumed))).toBe("One.");
    },
  );

  test("after the last event there is nothing left", async () => {
    script.end();
    const { events, id, headers } = await begin();
    let last = "";
    for await (const event of events) last = event.id ?? "";
    const response = await docent.fetch(`/api/chat/${id}/stream`, {
      headers: { ...headers, "last-event-id": last },
    });
    expect(response.status).toBe(204);
  });

  test("HEAD leaves nothing behind that waits", async () => {
    const { events, id, headers } = await begin();
    const before = countTimers();
    const head = await docent.fetch(`/api/chat/${id}/stream`, { method: "HEAD", headers });
    expect(head.status).toBe(200);
    // Timers of other test files, which share the process, may end meanwhile.
    expect(countTimers()).toBeLessThanOrEqual(before);
    script.end();
    for await (const _ of events);
  });
});

const countTimers = () =>
  process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
