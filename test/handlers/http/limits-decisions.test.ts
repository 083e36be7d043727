import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createChatter } from "../../support/apps/assistant.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
let ana: Awaited<ReturnType<typeof createChatter>>;
beforeAll(async () => {
  docent = await createTestApp({ CHAT_RATE_LIMIT: "3/60s" });
});
afterAll(() => docent.close());
beforeEach(async () => {
  ana = await createChatter(docent);
});

test("what one message asks to confirm can all be answered", async () => {
  for (let index = 0; index < 6; index += 1) await ana.addTask(`Task ${index}`);
  const { confirmations } = await ana.ask("delete all tasks");
  expect(confirmations).toHaveLength(6);
  for (const { id } of confirmations) expect((await ana.confirm(id)).status).toBe(200);
  expect(await ana.tasks()).toEqual([]);
  expect((await ana.ask("Hello")).text).toMatch(/^Hello!/);
});

test("answers to confirmations are counted too, beside messages", async () => {
  await ana.ask("Hello");
  const decide = () => ana.confirm(crypto.randomUUID());
  for (let index = 0; index < 60; index += 1) expect((await decide()).status).toBe(404);
  expect(await decide()).toEqual({ status: 429, code: "rate_limited" });
  expect((await ana.ask("Hello")).text).toMatch(/^Hello!/);
});
