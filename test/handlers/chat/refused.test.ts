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
