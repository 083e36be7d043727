import { afterEach, beforeEach, expect, test } from "vitest";
import { collectEvents, readEvents } from "../../support/clients/events.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { signIn, type SignedIn } from "../../support/clients/signed-in.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let script: ReturnType<typeof createScriptedModel>;
let ana: SignedIn;
beforeEach(async () => {
  script = createScriptedModel();
  docent = await createTestApp({}, { languageModel: script.model });
  ana = await signIn(docent);
});
afterEach(() => docent.close());

async function startAnswer() {
  const response = await docent.post("/api/chat", { message: "Tell me" }, ana.headers);
  const events = readEvents(response);
  const metadata = (await events.next()).value?.data;
  script.say("Once upon ");
  expect((await events.next()).value?.data).toMatchObject({ type: "token" });
  return { id: String(metadata?.["conversation_id"]), events };
}

const remove = (id: string, headers: Record<string, string>) =>
  docent.fetch(`/api/conversations/${id}`, { method: "DELETE", headers });

test("deleting a conversation stops its answer, which ends quietly and brings nothing back", async () => {
  const { id, events } = await startAnswer();
  expect((await remove(id, ana.headers)).status).toBe(204);
  const last = (await events.next()).value?.data;
  expect(last).toMatchObject({ type: "done", content: "Once upon ", finish_reason: "cancelled" });
  expect((await events.next()).done).toBe(true);
  expect(await countRows(docent.database)).toMatchObject({ conversations: 0, messages: 0 });
  expect(docent.log.filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
  const resumed = await docent.fetch(`/api/chat/${id}/stream`, { headers: ana.headers });
  expect(resumed.status).toBe(404);
});

test("an answer whose conversation another instance deleted ends without an error", async () => {
  const { events } = await startAnswer();
  await docent.database.query({ text: "delete from conversations", values: [] });
  script.say("a time.");
  script.end();
  const rest = [];
  for await (const { data } of events) rest.push(data["type"]);
  expect(rest).toEqual(["token", "done"]);
  expect(await countRows(docent.database)).toMatchObject({ conversations: 0, messages: 0 });
});

test("a stranger's deletion stops nobody's answer", async () => {
  const { id, events } = await startAnswer();
  const other = await signIn(docent);
  expect((await remove(id, other.headers)).status).toBe(404);
  script.say("a time.");
  script.end();
  const rest = [];
  for await (const { data } of events) rest.push(data);
  expect(rest.at(-1)).toMatchObject({ content: "Once upon a time.", finish_reason: "stop" });
});

test("a question that arrives while its conversation is deleted leaves nothing running", async () => {
  const first = await startAnswer();
  script.end();
  for await (const _ of first.events);
  const body = { message: "And then?", conversation_id: first.id };
  const asked = docent.post("/api/chat", body, ana.headers);
  expect((await remove(first.id, ana.headers)).status).toBe(204);
  const answer = await asked;
  if (answer.status === 200) {
    const events = await collectEvents(answer);
    expect(events.at(-1)?.data).toMatchObject({ type: "done", finish_reason: "cancelled" });
  } else expect(answer.status).toBe(404);
  expect(await countRows(docent.database)).toMatchObject({ conversations: 0, messages: 0 });
});
