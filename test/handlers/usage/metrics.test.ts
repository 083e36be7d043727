import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { DatabaseService } from "../../../handlers/ports/database.ts";
import { createRecordingLogger, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";
import { adminKey } from "../../support/clients/callers.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { readExposition } from "../../support/exposition.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";

const operator = { authorization: `Bearer ${adminKey}` };
let docent: TestApp;
let model: ReturnType<typeof createScriptedModel>;
let isOut: boolean;
let counts: number;
/** Milliseconds by which the clock is ahead. */
let ahead: number;
const minute = 60_000;

beforeEach(async () => {
  isOut = false;
  counts = 0;
  ahead = 0;
  model = createScriptedModel();
  const { logger } = createRecordingLogger();
  const database = superviseDatabase(() => openTestDatabase(logger), logger);
  const failing: DatabaseService = {
    ...database,
    query(statement) {
      if (statement.text.includes("as passages")) counts += 1;
      if (isOut) return Promise.reject(new PortFailure("unavailable", "out", { retryable: true }));
      return database.query(statement);
    },
  };
  docent = await createTestApp(
    { ADMIN_API_KEY: adminKey },
    {
      database: failing,
      languageModel: model.model,
      clock: { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead },
    },
  );
});
afterEach(() => docent.close());

async function scrape() {
  const response = await docent.fetch("/metrics", { headers: operator });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const samples = readExposition(await response.text());
  return (name: string, labels: Record<string, string> = {}) =>
    samples.find(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
    )?.value;
}

async function ask(message: string, ...words: string[]): Promise<void> {
  for (const word of words) model.say(word);
  model.end();
  await (await docent.post("/api/chat", { message })).text();
}

describe("GET /metrics", () => {
  test("is the operator's, and closed without their key in the settings", async () => {
    expect((await docent.fetch("/metrics")).status).toBe(401);
    const wrong = { authorization: `Bearer ${"x".repeat(40)}` };
    expect((await docent.fetch("/metrics", { headers: wrong })).status).toBe(401);
    const without = await createTestApp();
    const closed = await without.fetch("/metrics", { headers: operator });
    expect([closed.status, (await closed.json()).code]).toEqual([503, "settings_missing"]);
    await without.close();
  });

  test("shows requests, answers, tokens and documents after a chat", async () => {
    const before = await scrape();
    expect(before("docent_chat_answers_total", { outcome: "answered" })).toBe(0);
    expect(before("docent_documents")).toBe(0);
    const document = { path: "a.md", content: "# Plants\n\nWater the plants on Mondays.\n" };
    await docent.post("/api/documents", document, operator);
    await ask("When do I water the plants?", "On Mondays", " [1].");
    await ask("What is the moon made of?", "I do not know.");
    await docent.fetch("/nowhere/at/all", { method: "PROPFIND" });
    model.fail(new PortFailure("timeout", "late", { retryable: true }));
    await (await docent.post("/api/chat", { message: "And now?" })).text();

    ahead += minute;
    const value = await scrape();
    const chat = { method: "POST", route: "/api/chat", status: "200" };
    expect(value("docent_http_request_duration_seconds_count", chat)).toBe(3);
    const unknown = { method: "other", route: "-", status: "404" };
    expect(value("docent_http_request_duration_seconds_count", unknown)).toBe(1);
    const outcomes = ["answered", "refused", "interrupted", "failed"].map((outcome) =>
      value("docent_chat_answers_total", { outcome }),
    );
    expect(outcomes).toEqual([1, 1, 0, 1]);
    expect(value("docent_chat_first_token_seconds_count")).toBe(2);
    const tokens = (direction: string) =>
      value("docent_tokens_total", { direction, model: "scripted" });
    expect([tokens("input"), tokens("output")]).toEqual([14, 6]);
    expect(value("docent_circuit_state", { service: "database" })).toBe(0);
    expect([value("docent_documents"), value("docent_passages")]).toEqual([1, 1]);
    expect(value("process_start_time_seconds")).toBeGreaterThan(1_700_000_000);
  });

  test("answers without the database, and lets an idle one sleep", async () => {
    await docent.fetch("/api/suggestions");
    expect((await scrape())("docent_documents")).toBe(0);
    ahead += minute;
    await scrape();
    expect(counts).toBe(1);
    await docent.fetch("/api/suggestions");
    await scrape();
    expect(counts).toBe(2);
    await docent.fetch("/api/suggestions");
    await scrape();
    expect(counts).toBe(2);
    ahead += minute;
    isOut = true;
    const value = await scrape();
    expect(counts).toBe(3);
    expect(value("docent_documents")).toBe(0);
    expect(value("docent_chat_answers_total", { outcome: "failed" })).toBe(0);
  });

  test("an answer that cannot be counted ends all the same", async () => {
    const message = { id: "1", role: "user", parts: [{ type: "text", text: "Hello?" }] };
    const response = await docent.post("/api/chat", { messages: [message] });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    // The search is over, and only the model is waited for.
    await vi.waitFor(() => expect(model.requests).toHaveLength(1));
    isOut = true;
    model.say("Yes.");
    model.end();
    let text = "";
    for (;;) {
      const part = await reader?.read();
      if (!part || part.done) break;
      text += part.value;
    }
    expect(text).toContain('"type":"finish"');
    expect(docent.log.filter(({ message: line }) => line === "answer not counted")).toHaveLength(1);
  });

  test("tokens of a stopped answer are estimated", async () => {
    const { headers } = await signIn(docent);
    const response = await docent.post("/api/chat", { message: "Tell me a story." }, headers);
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    const [, id] = /"conversation_id":"([^"]+)"/.exec(first) ?? [];
    model.say("Once upon a time there was a gardener.");
    await reader?.read();
    await docent.post(`/api/chat/${id}/stop`, {}, headers);
    await reader?.cancel();
    const value = await scrape();
    expect(value("docent_chat_answers_total", { outcome: "interrupted" })).toBe(1);
    const output = { direction: "output", model: "scripted" };
    expect(value("docent_tokens_total", output)).toBeGreaterThan(5);
  });
});
