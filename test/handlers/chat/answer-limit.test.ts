import { afterEach, beforeEach, expect, test } from "vitest";
import type { LanguageModel, ModelPart } from "../../../handlers/ports/language-model.ts";
import { collectEvents, textOf } from "../../support/clients/events.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

/** Characters: 8 for each token. */
const limit = 100 * 8;

/** A model that ignores its limit; `left` is whether it was told to stop. */
function createEndless(part: ModelPart) {
  const model = { name: "endless", left: false };
  const stream: LanguageModel["stream"] = async function* () {
    try {
      // Ends so that a test without the limit fails instead of hanging.
      for (let count = 0; count < 100_000; count += 1) yield part;
      yield {
        type: "finished",
        finishReason: "stop",
        usage: { input_tokens: 1, output_tokens: 1 },
      };
    } finally {
      model.left = true;
    }
  };
  return Object.assign(model, { stream });
}

let docent: TestApp;
let endless: ReturnType<typeof createEndless>;
beforeEach(async () => {
  const languageModel: LanguageModel = {
    name: "endless",
    stream: (request, signal) => endless.stream(request, signal),
  };
  docent = await createTestApp({ ANSWER_TOKENS_MAX: "100" }, { languageModel });
});
afterEach(() => docent.close());

async function ask() {
  const events = await collectEvents(await docent.post("/api/chat", { message: "Count" }));
  const metadata = events[0]?.data ?? {};
  const headers = { authorization: `Bearer ${String(metadata["access_token"])}` };
  const path = `/api/conversations/${String(metadata["conversation_id"])}`;
  const { messages } = await (await docent.fetch(path, { headers })).json();
  return { events, stored: messages.at(-1) };
}

test.each([
  ["a word", "word "],
  ["characters of two units", "\u{1F600}"],
  ["more than the whole limit", "x".repeat(5000)],
])("a text without end is cut, streamed and stored (%s at a time)", async (_, text) => {
  endless = createEndless({ type: "text-delta", text });
  const { events, stored } = await ask();
  expect(events.at(-1)?.data).toMatchObject({ type: "done", finish_reason: "length" });
  const content = textOf(events);
  expect(content.length).toBeLessThanOrEqual(limit);
  expect(content.length).toBeGreaterThan(limit - 2);
  expect(content.isWellFormed()).toBe(true);
  expect(stored).toMatchObject({ content, status: "complete", finish_reason: "length" });
  expect(events.at(-1)?.data).toHaveProperty("usage.output_tokens", expect.any(Number));
  expect(events.at(-1)?.data).not.toHaveProperty("usage.output_tokens", 0);
  expect(endless.left).toBe(true);
});

test.each<[string, ModelPart]>([
  ["thoughts", { type: "reasoning-delta", text: "Hm. " }],
  ["empty thoughts", { type: "reasoning-delta", text: "" }],
  ["backticks, which are held back", { type: "text-delta", text: "`" }],
  ["empty text", { type: "text-delta", text: "" }],
])("%s without end are cut too", async (_, part) => {
  endless = createEndless(part);
  const { events } = await ask();
  expect(events.at(-1)?.data).toMatchObject({ type: "done", finish_reason: "length" });
  expect(events.length).toBeLessThan(limit + 10);
  expect(endless.left).toBe(true);
});

test("calls without end are left after those that are made", async () => {
  endless = createEndless({
    type: "tool-call",
    call: { id: "call", name: "search_documents", arguments: '{"query":"boats"}' },
    basis: "proposal",
  });
  const { events, stored } = await ask();
  expect(events.at(-1)?.data).toMatchObject({ type: "done", finish_reason: "length" });
  expect(stored.tool_calls).toEqual([]);
  expect(endless.left).toBe(true);
});
