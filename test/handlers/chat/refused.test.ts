import { expect, test } from "vitest";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import type { LanguageModel } from "../../../handlers/ports/language-model.ts";
import { collectEvents } from "../../support/clients/events.ts";
import { createRecordingLogger, createTestApp } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

const turnedDown = () =>
  Promise.reject(new PortFailure("unauthorized", "turned down", { retryable: false }));

test("as the database's password was changed: 503 with Retry-After, for it is to be mended", async () => {
  const { logger } = createRecordingLogger();
  const engine = await openTestDatabase(logger);
  const database = superviseDatabase(
    () => Promise.resolve({ ...engine, query: turnedDown }),
    logger,
  );
  const refused = await createTestApp({}, { database });
  const response = await refused.post("/api/chat", { message: "Hello" });
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await response.json()).toMatchObject({ code: "unavailable" });
  await refused.close();
});

test.each(["unauthorized", "out_of_credit"] as const)(
  "as a service refused Docent before the answer began (%s): 502 too",
  async (code) => {
    const engine = await openTestDatabase(createRecordingLogger().logger);
    const started = superviseDatabase(
      () => Promise.resolve(engine),
      createRecordingLogger().logger,
    );
    const refused = new PortFailure(code, "turned down", { retryable: false });
    const database = { ...started, query: () => Promise.reject(refused) };
    const app = await createTestApp({}, { database });
    const response = await app.post("/api/chat", { message: "Hello" });
    expect(response.status).toBe(502);
    expect(response.headers.get("retry-after")).toBeNull();
    expect(await response.json()).toMatchObject({ code: "service_refused" });
    await app.close();
  },
);

test("as the database's password was changed while an answer was written: worth a retry", async () => {
  const { logger } = createRecordingLogger();
  const engine = await openTestDatabase(logger);
  let isRefusing = false;
  // Each refusal takes a minute, after which saving is given up.
  let refusals = 0;
  const clock = { now: Date.now, monotonic: () => performance.now() + refusals * 60_000 };
  const query: typeof engine.query = (statement) => {
    if (!isRefusing) return engine.query(statement);
    refusals += 1;
    return turnedDown();
  };
  const database = superviseDatabase(() => Promise.resolve({ ...engine, query }), logger);
  const languageModel: LanguageModel = {
    name: "slow",
    async *stream() {
      isRefusing = true;
      yield { type: "text-delta", text: "Hello" };
      yield {
        type: "finished",
        finishReason: "stop",
        usage: { input_tokens: 1, output_tokens: 1 },
      };
    },
  };
  const app = await createTestApp({}, { database, languageModel, clock });
  const events = await collectEvents(await app.post("/api/chat", { message: "Hello" }));
  expect(events.at(-1)?.data).toMatchObject({
    type: "error",
    code: "answer_not_saved",
    retryable: true,
  });
  await app.close();
});

test("as the model turned Docent down: 502 and an error event, neither of which is worth a retry", async () => {
  const languageModel: LanguageModel = { name: "refusing", stream: () => refuse() };
  const app = await createTestApp({}, { languageModel });
  const whole = await app.post("/api/chat", { message: "Hello" }, { accept: "application/json" });
  expect(whole.status).toBe(502);
  expect(whole.headers.get("retry-after")).toBeNull();
  expect(await whole.json()).toMatchObject({ code: "service_refused" });
  const events = await collectEvents(await app.post("/api/chat", { message: "Hello" }));
  expect(events.at(-1)?.data).toMatchObject({
    type: "error",
    code: "service_refused",
    retryable: false,
  });
  await app.close();
});

// oxlint-disable-next-line require-yield
async function* refuse(): AsyncGenerator<never> {
  await turnedDown();
}
