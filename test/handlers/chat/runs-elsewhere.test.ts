import { describe, expect, test } from "vitest";
import { createRunStore } from "../../../handlers/chat/turns/store-runs.ts";
import { firstUuidAt } from "../../../handlers/lib/ids.ts";
import { sql } from "../../../handlers/lib/sql.ts";
import { useInstances } from "../../support/apps/instances.ts";
import { userMessage } from "../../support/apps/ui-docent.ts";
import { collectEvents, readEvents, textOf, type ReadEvent } from "../../support/clients/events.ts";
import type { Send } from "../../support/clients/dialects.ts";

const instances = useInstances();

/** Asks the first instance, and reads up to the first word. */
async function ask(conversation_id?: string) {
  const asked = { message: "Tell me", ...(conversation_id !== undefined && { conversation_id }) };
  const response = await instances.first.post("/api/chat", asked, instances.headers);
  const events = readEvents(response);
  const read: ReadEvent[] = [];
  const next = async () => {
    const { value } = await events.next();
    if (value) read.push(value);
    return value;
  };
  const id = String((await next())?.data["conversation_id"]);
  instances.script.say("Once ");
  await next();
  return { id, events, next, read };
}

const second: Send = (path, request) => instances.sendToSecond(path, request);
const resume = (id: string, lastEventId = "") =>
  second(`/api/chat/${id}/stream`, { headers: { "last-event-id": lastEventId } });

async function lastMessage(id: string) {
  return (await (await second(`/api/conversations/${id}`)).json()).messages.at(-1);
}

/** As if the process that writes answers had died a while ago. */
const ageAnswers = () =>
  instances.database.query(
    sql`update messages set updated_at = now() - interval '10 seconds' where status = 'streaming'`,
  );

describe("another instance", () => {
  test("shows the answer as it is made, and refuses a second question meanwhile", async () => {
    const { id, read } = await ask();
    const response = await resume(id);
    const resumed = readEvents(response);
    expect((await resumed.next()).value).toEqual(read[0]);
    expect((await resumed.next()).value).toEqual(read[1]);
    expect(await lastMessage(id)).toMatchObject({ status: "streaming", content: "Once " });
    const busy = await instances.second.post(
      "/api/chat",
      { message: "And?", conversation_id: id },
      instances.headers,
    );
    expect([busy.status, (await busy.json()).code]).toEqual([409, "conversation_busy"]);
    instances.script.say("upon a time.");
    instances.script.end();
    const rest = [];
    for await (const { data } of resumed) rest.push(data);
    expect(rest).toMatchObject([{ type: "token" }, { content: "Once upon a time." }]);
    instances.script.end();
    const next = await instances.second.post(
      "/api/chat",
      { message: "And?", conversation_id: id },
      instances.headers,
    );
    expect(next.status).toBe(200);
    await next.text();
  });

  test.each([11, 400])(
    "sends nothing after a position of %i digits, which is beyond all parts",
    async (digits) => {
      const { id, read } = await ask();
      const answerId = String(read[0]?.data["message_id"]);
      const response = await resume(id, `${answerId}/${"9".repeat(digits)}`);
      const rest = collectEvents(response);
      instances.script.end();
      expect(await rest).toEqual([]);
    },
  );

  test("goes on where the reader was, who knows more than the log", async () => {
    const { id, next, read } = await ask();
    instances.script.say("upon ");
    await next();
    const resumed = readEvents(await resume(id, read[2]?.id));
    instances.script.say("a time.");
    instances.script.end();
    const rest = [];
    for await (const { data } of resumed) rest.push(data);
    expect(rest).toMatchObject([{ content: "a time." }, { content: "Once upon a time." }]);
  });

  test("stops the answer", async () => {
    const { id, next } = await ask();
    const stopped = await second(`/api/chat/${id}/stop`, { method: "POST" });
    expect(stopped.status).toBe(204);
    expect(await lastMessage(id)).toMatchObject({ status: "stopped", content: "Once " });
    expect((await next())?.data).toMatchObject({ type: "done", finish_reason: "cancelled" });
  });

  test("stops the answer that the AI SDK's client has left, and answers the new question", async () => {
    const body = { id: "mine", messages: [userMessage("Count")] };
    const first = await instances.first.post("/api/chat", body, instances.headers);
    instances.script.say("One, ");
    await expect.poll(() => instances.script.requests).toHaveLength(1);
    await first.body?.cancel();
    const anew = { id: "mine", messages: [userMessage("Count"), userMessage("Something else?")] };
    const asked = instances.second.post("/api/chat", anew, instances.headers);
    await expect.poll(() => instances.script.requests).toHaveLength(2);
    instances.script.say("Yes.");
    instances.script.end();
    expect(await (await asked).text()).toContain("Yes.");
  });

  test("deletes the conversation: the model is stopped, and nothing comes back", async () => {
    const { id, next } = await ask();
    const resumed = readEvents(await resume(id));
    await resumed.next();
    const removed = await second(`/api/conversations/${id}`, { method: "DELETE" });
    expect(removed.status).toBe(204);
    expect((await next())?.data).toMatchObject({ type: "done", finish_reason: "cancelled" });
    expect(instances.signal()?.aborted).toBe(true);
    const rest = [];
    for await (const { data } of resumed) rest.push(data);
    expect(rest.at(-1)).toMatchObject({ type: "error", code: "interrupted" });
    for (const table of ["messages", "run_parts"] as const) {
      const query = { text: `select from ${table}`, values: [] };
      expect(await instances.database.query(query), table).toEqual([]);
    }
  });

  test("of two that are asked in one conversation at once, one answers", async () => {
    instances.script.end();
    const { id, events } = await ask();
    for await (const _ of events);
    const body = { message: "And?", conversation_id: id };
    const asked = [instances.first, instances.second].map((app) =>
      app.post("/api/chat", body, instances.headers),
    );
    const responses = await Promise.all(asked);
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200, 409]));
    instances.script.end();
    await Promise.all(responses.map((response) => response.text()));
  });

  test("continues a question posted again by a guest without a token, and by no other", async () => {
    const response = await instances.first.post("/api/chat", { message: "Tell me" });
    const events = readEvents(response);
    await events.next();
    instances.script.say("Once ");
    const id = (await events.next()).value?.id ?? "";
    const repeat = (given: Record<string, string>) =>
      instances.second.post("/api/chat", { message: "Tell me" }, { ...given, "last-event-id": id });
    expect((await repeat(instances.headers)).status).toBe(204);
    const resumed = await repeat({});
    instances.script.say("upon a time.");
    instances.script.end();
    expect(textOf(await collectEvents(resumed))).toBe("upon a time.");
    for await (const _ of events);
    const { read } = await ask();
    const own = { "last-event-id": read[1]?.id ?? "" };
    const foreign = await instances.second.post("/api/chat", { message: "Tell me" }, own);
    expect(foreign.status).toBe(204);
    // Otherwise the instance would wait for the answer when it is closed.
    instances.script.end();
  });
});

describe("an answer whose instance cannot reach the database any more", () => {
  test("is interrupted for readers elsewhere, who may ask again; it wins when it is saved after all", async () => {
    const { id, next, read } = await ask();
    await expect.poll(async () => (await lastMessage(id)).content).toBe("Once ");
    const resumed = readEvents(await resume(id, read[0]?.id));
    expect((await resumed.next()).value).toEqual(read[1]);
    instances.fault.firstCannotSave = true;
    await ageAnswers();
    const cut = (await resumed.next()).value;
    expect(cut?.data).toMatchObject({ type: "error", code: "interrupted", retryable: true });
    // The client's last id stays the one before.
    expect(cut?.id).toBeUndefined();
    expect(await lastMessage(id)).toMatchObject({ status: "interrupted", content: "Once " });
    expect((await resume(id)).status).toBe(204);
    const told = await collectEvents(await resume(id, read[0]?.id));
    expect(told).toMatchObject([read[1], { data: { type: "error" } }]);

    instances.script.say("upon a time.");
    instances.script.end();
    await next();
    instances.fault.firstCannotSave = false;
    expect((await next())?.data).toMatchObject({ type: "done" });
    expect(await lastMessage(id)).toMatchObject({
      status: "complete",
      content: "Once upon a time.",
    });
    expect(await collectEvents(await resume(id, read[1]?.id))).toEqual(read.slice(2));
  });

  test("lets its conversation go on elsewhere", async () => {
    const { id, events } = await ask();
    instances.fault.firstCannotSave = true;
    await ageAnswers();
    const body = { message: "And?", conversation_id: id };
    const response = await instances.second.post("/api/chat", body, instances.headers);
    expect(response.status).toBe(200);
    instances.fault.firstCannotSave = false;
    instances.script.end();
    instances.script.end();
    await response.text();
    for await (const _ of events);
    const { messages } = await (await second(`/api/conversations/${id}`)).json();
    expect(messages).toMatchObject([
      { role: "user" },
      { status: "complete" },
      { role: "user" },
      { status: "complete" },
    ]);
  });

  test("keeps its text when old logs are deleted, in one piece also where the model cut a character in two", async () => {
    const { id, events, next } = await ask();
    const [high = "", low = ""] = "🙂".split("");
    for (const text of [`upon ${high}`, `${low} a time`]) {
      instances.script.say(text);
      await next();
    }
    const whole = "Once upon 🙂 a time";
    await expect.poll(async () => (await lastMessage(id)).content).toBe(whole);
    instances.fault.firstCannotSave = true;
    await ageAnswers();
    const runs = createRunStore(instances.database);
    expect(await runs.sweep(firstUuidAt(Date.now() + 60_000))).toBe(0);
    expect(await lastMessage(id)).toMatchObject({ status: "interrupted", content: whole });
    const body = { message: "And?", conversation_id: id };
    const response = await instances.second.post("/api/chat", body, instances.headers);
    await expect.poll(() => instances.script.requests).toHaveLength(2);
    expect(instances.script.requests[1]?.messages.slice(0, 2)).toMatchObject([
      { content: "Tell me" },
      { content: whole },
    ]);
    instances.fault.firstCannotSave = false;
    instances.script.end();
    instances.script.end();
    await response.text();
    for await (const _ of events);
    expect(await runs.sweep(firstUuidAt(Date.now() + 60_000))).toBeGreaterThan(1);
  });
});
