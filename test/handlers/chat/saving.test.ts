import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import { collectEvents, readEvents, textOf } from "../../support/clients/events.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

let docent: TestApp;
let script: ReturnType<typeof createScriptedModel>;

async function begin() {
  const events = readEvents(await docent.post("/api/chat", { message: "Hello" }));
  const { conversation_id: id, access_token: token } = (await events.next()).value?.data ?? {};
  return { events, id: String(id), headers: { authorization: `Bearer ${String(token)}` } };
}

async function readAnswer({ id, headers }: { id: string; headers: Record<string, string> }) {
  const response = await docent.fetch(`/api/conversations/${id}`, { headers });
  return (await response.json()).messages.at(-1);
}

describe("a database that fails", () => {
  let failing = "";
  /** Milliseconds; 0: for one statement only. */
  let away = 0;
  let attempts = 0;
  let later = 0;
  beforeEach(async () => {
    script = createScriptedModel();
    failing = "";
    away = 0;
    const { logger } = createRecordingLogger();
    const engine = await openTestDatabase(logger);
    const query: Database["query"] = (statement) => {
      if (failing === "" || !statement.text.includes(failing)) return engine.query(statement);
      attempts += 1;
      if (away === 0) failing = "";
      const details = { retryable: true, ...(away > 0 && { retryAfter: away }) };
      return Promise.reject(new PortFailure("unavailable", "gone", details));
    };
    const database = superviseDatabase(() => Promise.resolve({ ...engine, query }), logger);
    attempts = later = 0;
    const clock = { now: Date.now, monotonic: () => performance.now() + later };
    docent = await createTestApp({}, { languageModel: script.model, database, clock });
  });

  afterEach(() => docent.close());

  test("for a moment, as the answer is saved: it is saved a little later", async () => {
    const { events, ...conversation } = await begin();
    failing = "update messages";
    script.say("Nearly.");
    script.end();
    await events.next();
    expect((await events.next()).value?.data).toMatchObject({ type: "done" });
    expect(await readAnswer(conversation)).toMatchObject({
      content: "Nearly.",
      status: "complete",
    });
  });

  test("for some seconds, as the answer is saved: it is saved after them", async () => {
    const { events, ...conversation } = await begin();
    failing = "update messages";
    away = 30_000;
    script.say("Nearly.");
    script.end();
    await events.next();
    const last = events.next();
    await expect.poll(() => attempts).toBeGreaterThan(4);
    later = 50_000;
    failing = "";
    expect((await last).value?.data).toMatchObject({ type: "done" });
    expect(await readAnswer(conversation)).toMatchObject({ status: "complete" });
  });

  test("for a minute, as the answer is saved: the error says so, and resuming reads it again", async () => {
    const { events, ...conversation } = await begin();
    failing = "update messages";
    away = 30_000;
    script.say("Nearly.");
    script.end();
    await events.next();
    const last = events.next();
    await expect.poll(() => attempts).toBeGreaterThan(1);
    later = 61_000;
    const error = { type: "error", code: "answer_not_saved", retryable: true };
    expect((await last).value?.data).toMatchObject(error);
    failing = "";
    expect(await readAnswer(conversation)).toMatchObject({ status: "streaming" });
    // Other answers are forgotten a minute after their end.
    later += 3_600_000;
    const { id, headers } = conversation;
    const resumed = await docent.fetch(`/api/chat/${id}/stream`, { headers });
    const again = await collectEvents(resumed);
    expect(textOf(again)).toBe("Nearly.");
    expect(again.at(-1)?.data).toMatchObject(error);
  });

  test("and never answers again: stopping ends nevertheless", async () => {
    const { logger } = createRecordingLogger();
    const engine = await openTestDatabase(logger);
    let isHanging = false;
    const query: Database["query"] = (statement) =>
      isHanging ? new Promise(() => undefined) : engine.query(statement);
    const close = () => (isHanging ? new Promise<void>(() => undefined) : engine.close());
    const open = () => Promise.resolve({ ...engine, query, close });
    const database = superviseDatabase(open, logger);
    const own = await createTestApp({}, { languageModel: script.model, database });
    const response = await own.post("/api/chat", { message: "Hello" });
    isHanging = true;
    script.end();
    await expect(own.app.stop(100)).rejects.toThrow("did not end in time");
    await response.body?.cancel();
    expect(own.log).toContainEqual(
      expect.objectContaining({ level: "warn", fields: { answers: 1 } }),
    );
    await engine.close();
  });

  test("as the question is written: 503, and the next attempt works", async () => {
    failing = "insert into messages";
    away = 0;
    expect((await docent.post("/api/chat", { message: "Hello" })).status).toBe(503);
    await expect.poll(() => docent.ports.database.state()).toBe("ready");
    script.end();
    expect((await docent.post("/api/chat", { message: "Hello" })).status).toBe(200);
  });
});
