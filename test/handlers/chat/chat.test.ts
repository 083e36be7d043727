import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { collectEvents, readEvents, textOf } from "../../support/clients/events.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let script: ReturnType<typeof createScriptedModel>;
beforeEach(async () => {
  script = createScriptedModel();
  docent = await createTestApp({}, { languageModel: script.model });
});
afterEach(() => docent.close());

const bearer = (token: unknown) => ({ authorization: `Bearer ${String(token)}` });

/** Asks, lets the model say these words, and reads the whole stream. */
async function ask(body: object, words: string[], headers: Record<string, string> = {}) {
  for (const word of words) script.say(word);
  script.end();
  const events = await collectEvents(await docent.post("/api/chat", body, headers));
  return { events, metadata: events[0]?.data ?? {} };
}

async function readConversation(id: unknown, token: unknown) {
  const response = await docent.fetch(`/api/conversations/${String(id)}`, {
    headers: bearer(token),
  });
  return response.json();
}

describe("the event stream", () => {
  test("is metadata, tokens as they come, then done with what was saved", async () => {
    const response = await docent.post("/api/chat", { message: "Who are you?" });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    const events = readEvents(response);
    const metadata = (await events.next()).value?.data;
    expect(metadata).toMatchObject({ type: "metadata" });

    script.say("I am ");
    expect((await events.next()).value?.data).toEqual({ type: "token", content: "I am " });
    script.say("Docent.");
    expect((await events.next()).value?.data).toEqual({ type: "token", content: "Docent." });
    script.end();
    const done = (await events.next()).value;
    expect(done?.data).toEqual({
      type: "done",
      content: "I am Docent.",
      sources: [],
      usage: { input_tokens: 7, output_tokens: 3 },
      finish_reason: "stop",
    });
    expect(done?.id).toBe(`${String(metadata?.["message_id"])}/3`);
    expect((await events.next()).done).toBe(true);

    const stored = await readConversation(
      metadata?.["conversation_id"],
      metadata?.["access_token"],
    );
    expect(stored.title).toBe("Who are you?");
    expect(stored.messages).toMatchObject([
      { role: "user", content: "Who are you?", status: "complete" },
      { role: "assistant", content: "I am Docent.", status: "complete" },
    ]);
  });

  test("gives a guest tokens once, and goes on in the same conversation with its history", async () => {
    const first = await ask({ message: "One?" }, ["First."]);
    const { access_token: token, conversation_id } = first.metadata;
    expect(first.metadata).toMatchObject({ refresh_token: expect.any(String), expires_in: 1800 });

    const second = await ask({ message: "Two?", conversation_id }, ["Second."], bearer(token));
    expect(second.metadata["conversation_id"]).toBe(conversation_id);
    expect(second.metadata).not.toHaveProperty("access_token");
    expect(script.requests[1]?.messages).toEqual([
      { role: "user", content: "One?" },
      { role: "assistant", content: "First." },
      { role: "user", content: "Two?" },
    ]);
  });

  test("resumes after Last-Event-ID without losing or repeating a token", async () => {
    const response = await docent.post("/api/chat", { message: "Long story?" });
    const events = readEvents(response);
    const metadata = (await events.next()).value?.data ?? {};
    script.say("Once ");
    const last = (await events.next()).value?.id ?? "";
    await events.return();

    script.say("upon ");
    const path = `/api/chat/${String(metadata["conversation_id"])}/stream`;
    const headers = { ...bearer(metadata["access_token"]), "last-event-id": last };
    const resumed = await docent.fetch(path, { headers });
    script.say("a time.");
    script.end();
    const rest = await collectEvents(resumed);
    expect(textOf(rest)).toBe("upon a time.");
    expect(rest.at(-1)?.data).toMatchObject({ type: "done", content: "Once upon a time." });

    const again = await docent.fetch(path, { headers });
    expect(textOf(await collectEvents(again))).toBe("upon a time.");
    const nothing = await docent.fetch(path, { headers: bearer(metadata["access_token"]) });
    expect(nothing.status).toBe(204);
  });

  test("finishes and saves the answer when its reader goes away", async () => {
    const response = await docent.post("/api/chat", { message: "Still there?" });
    const events = readEvents(response);
    const metadata = (await events.next()).value?.data ?? {};
    await events.return();
    script.say("Yes, still.");
    script.end();
    await expect
      .poll(async () => {
        const stored = await readConversation(
          metadata["conversation_id"],
          metadata["access_token"],
        );
        return stored.messages[1];
      })
      .toMatchObject({ content: "Yes, still.", status: "complete" });
  });

  test("stops on request and keeps what was said", async () => {
    const response = await docent.post("/api/chat", { message: "Count to a million" });
    const events = readEvents(response);
    const { conversation_id: id, access_token: token } = (await events.next()).value?.data ?? {};
    script.say("One, two, ");
    await events.next();
    const headers = bearer(token);
    const stop = await docent.fetch(`/api/chat/${String(id)}/stop`, { method: "POST", headers });
    expect(stop.status).toBe(204);
    expect((await events.next()).value?.data).toMatchObject({
      type: "done",
      content: "One, two, ",
      finish_reason: "cancelled",
    });
    const stored = await readConversation(id, token);
    expect(stored.messages[1]).toMatchObject({ content: "One, two, ", status: "stopped" });
  });

  test("refuses a second question while the first is being answered", async () => {
    const response = await docent.post("/api/chat", { message: "Slow one" });
    const events = readEvents(response);
    const { conversation_id, access_token } = (await events.next()).value?.data ?? {};
    const second = await docent.post(
      "/api/chat",
      { message: "Impatient", conversation_id },
      bearer(access_token),
    );
    expect(second.status).toBe(409);
    expect((await second.json()).code).toBe("conversation_busy");
    script.end();
    while (!(await events.next()).done);
  });

  test("ends with an error event when the model fails, and keeps the partial text", async () => {
    const response = await docent.post("/api/chat", { message: "Fail me" });
    const events = readEvents(response);
    const { conversation_id, access_token } = (await events.next()).value?.data ?? {};
    script.say("So far ");
    await events.next();
    script.fail(new PortFailure("unavailable", "model out", { retryable: true }));
    expect((await events.next()).value?.data).toMatchObject({
      type: "error",
      code: "unavailable",
      retryable: true,
    });
    const stored = await readConversation(conversation_id, access_token);
    expect(stored.messages[1]).toMatchObject({ content: "So far ", status: "failed" });
  });
});

describe("the JSON dialect", () => {
  test("is the same turn in one object", async () => {
    script.say("Forty-two.");
    script.end();
    const response = await docent.post(
      "/api/chat",
      { message: "The answer?" },
      { accept: "application/json" },
    );
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      response: "Forty-two.",
      sources: [],
      tool_calls: [],
      confirmations: [],
      degraded: [],
      finish_reason: "stop",
      access_token: expect.any(String),
    });
  });

  test("is a problem when the model fails", async () => {
    script.fail(new PortFailure("unavailable", "model out", { retryable: true }));
    const response = await docent.post(
      "/api/chat",
      { message: "?" },
      { accept: "application/json" },
    );
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("2");
  });
});

test("selection mode answers from the context alone: no retrieval, no history", async () => {
  const { metadata } = await ask({ message: "Earlier" }, ["Before."]);
  const { conversation_id, access_token } = metadata;
  await ask(
    { message: "What colour?", mode: "selection", context: "The sky is blue.", conversation_id },
    ["Blue."],
    bearer(access_token),
  );
  const request = script.requests[1];
  expect(request?.messages).toEqual([{ role: "user", content: "What colour?" }]);
  expect(request?.grounding).toMatchObject({ mode: "selection", text: "The sky is blue." });
  expect(request?.data).toContain("The sky is blue.");
  expect(request?.system).not.toContain("The sky is blue.");
});

test("markers that name no passage never leave the server", async () => {
  const { events } = await ask({ message: "Cite?" }, ["It is so [", "3] and `row[0]` too [1]."]);
  expect(textOf(events)).toBe("It is so  and `row[0]` too .");
});
