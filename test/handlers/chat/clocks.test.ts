import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { collectEvents } from "../../support/clients/events.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

/** As after the correction of a wrong clock, or on an instance whose clock is behind the one before. */
const hour = 3_600_000;
let ahead = hour;
let script = createScriptedModel();
let docent: TestApp;
let headers: Record<string, string>;
beforeAll(async () => {
  const clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() };
  const languageModel: LanguageModel = {
    name: "scripted",
    stream: (request, signal) => script.model.stream(request, signal),
  };
  docent = await createTestApp({}, { clock, languageModel });
  headers = { ...(await signIn(docent)).headers };
});
afterAll(() => docent.close());
beforeEach(() => void (script = createScriptedModel()));

async function ask(message: string, said: string, conversation_id?: string): Promise<string> {
  script.say(said);
  script.end();
  const [first] = await collectEvents(
    await docent.post("/api/chat", { message, conversation_id }, headers),
  );
  return String(first?.data["conversation_id"]);
}

const read = async (path: string) => (await docent.fetch(path, { headers })).json();

async function textsOf(id: string): Promise<string[]> {
  const { messages } = await read(`/api/conversations/${id}`);
  return messages.map(({ content }: { content: string }) => content);
}

test("a conversation stays in order when the clock is set back an hour", async () => {
  ahead = hour;
  const id = await ask("First?", "One.");
  ahead = 0;
  await ask("Second?", "Two.", id);
  await ask("Third?", "Three.", id);
  expect(await textsOf(id)).toEqual(["First?", "One.", "Second?", "Two.", "Third?", "Three."]);
  expect(script.requests.at(-1)?.messages.map(({ content }) => content)).toEqual([
    "First?",
    "One.",
    "Second?",
    "Two.",
    "Third?",
  ]);
});

test("the answer that is being written then is the one that is busy, read on and stopped", async () => {
  ahead = hour;
  const id = await ask("First?", "One.");
  ahead = 0;
  const asked = docent.post("/api/chat", { message: "Second?", conversation_id: id }, headers);
  script.say("Once ");
  const answer = collectEvents(await asked);
  const again = await docent.post("/api/chat", { message: "Me?", conversation_id: id }, headers);
  expect(again.status).toBe(409);
  expect((await docent.post(`/api/chat/${id}/stop`, {}, headers)).status).toBe(204);
  expect((await answer).at(-1)?.data).toMatchObject({ type: "done", finish_reason: "cancelled" });
  const replaced = (await read(`/api/conversations/${id}`)).messages.at(-1).id;
  script.say("Two.");
  script.end();
  const body = { message: "Second!", conversation_id: id, replaces: replaced };
  await collectEvents(await docent.post("/api/chat", body, headers));
  expect(await textsOf(id)).toEqual(["First?", "One.", "Second!", "Two."]);
});

test("what a replaced answer proposed is withdrawn", async () => {
  const { id: task_id } = await (
    await docent.post("/api/tasks", { title: "Keep me" }, headers)
  ).json();
  ahead = hour;
  const id = await ask("First?", "One.");
  ahead = 0;
  script.call("delete_task", { task_id });
  script.end();
  script.say("Shall I?");
  script.end();
  const body = { message: "Delete it", conversation_id: id };
  const events = await collectEvents(await docent.post("/api/chat", body, headers));
  const proposed = events.find(({ data }) => data["type"] === "confirmation")?.data["id"];
  const replaces = events[0]?.data["message_id"];
  script.say("No.");
  script.end();
  await collectEvents(await docent.post("/api/chat", { ...body, replaces }, headers));
  const confirm = { conversation_id: id, confirm: { id: proposed, approve: true } };
  expect((await docent.post("/api/chat", confirm, headers)).status).toBe(404);
});

test("a response goes on from the one that it names", async () => {
  const respond = async (input: string, previous_response_id?: string): Promise<string> => {
    script.say(`${input}!`);
    script.end();
    const body = { model: "docent", input, previous_response_id };
    return (await (await docent.post("/v1/responses", body, headers)).json()).id;
  };
  ahead = hour;
  const first = await respond("One");
  ahead = 0;
  const second = await respond("Two", first);
  await respond("Three", second);
  expect(script.requests.at(-1)?.messages.map(({ content }) => content)).toEqual([
    "One",
    "One!",
    "Two",
    "Two!",
    "Three",
  ]);
});
