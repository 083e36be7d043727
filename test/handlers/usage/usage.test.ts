import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sql } from "../../../handlers/lib/sql.ts";
import { firstTokenBounds, quantileOf } from "../../../handlers/usage/first-token.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { adminKey } from "../../support/clients/callers.ts";
import { createScriptedModel } from "../../support/stand-ins/scripted-model.ts";

const operator = { authorization: `Bearer ${adminKey}` };
const model = createScriptedModel();
let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ ADMIN_API_KEY: adminKey }, { languageModel: model.model });
});
afterAll(() => docent.close());

const read = async (query = "") =>
  (await docent.fetch(`/api/usage${query}`, { headers: operator })).json();
const nothing = {
  answers: { answered: 0, refused: 0, interrupted: 0, failed: 0 },
  tokens: { input: 0, output: 0 },
  first_token_ms: null,
};

describe("GET /api/usage", () => {
  test("is the operator's", async () => {
    expect((await docent.fetch("/api/usage")).status).toBe(401);
    const without = await createTestApp();
    expect((await without.fetch("/api/usage", { headers: operator })).status).toBe(503);
    await without.close();
  });

  test("shows each of the last days, oldest first, and what today's answers were", async () => {
    const empty = await read();
    expect(empty.days).toHaveLength(7);
    expect(empty.days.map(({ date: _date, ...day }: { date: string }) => day)).toEqual(
      Array.from({ length: 7 }, () => nothing),
    );
    for (const words of [["One."], ["Two."], []]) {
      for (const word of words) model.say(word);
      model.end();
      await (await docent.post("/api/chat", { message: "What is it?" })).text();
    }
    model.fail(new Error("broken"));
    await (await docent.post("/api/chat", { message: "What is it?" })).text();
    const { days } = await read("?days=2");
    const today = new Date().toISOString().slice(0, 10);
    expect(days.at(-1)).toEqual({
      date: today,
      answers: { answered: 0, refused: 3, interrupted: 0, failed: 1 },
      tokens: { input: 21, output: 9 },
      first_token_ms: { p50: expect.any(Number), p95: expect.any(Number) },
    });
    expect(days).toHaveLength(2);
    expect(days[0]).toMatchObject(nothing);
  });

  test.each(["0", "367", "1.5", "x", ""])("refuses %j days", async (days) => {
    const response = await docent.fetch(`/api/usage?days=${days}`, { headers: operator });
    expect([response.status, (await response.json()).code]).toEqual([400, "invalid_input"]);
  });

  test("old counts are swept, and what users spent is kept for two days at most", async () => {
    await docent.database.query(sql`
      insert into daily_usage (day) values (current_date - 500), (current_date - 300)`);
    await docent.database.query(sql`
      insert into daily_spending (day, payer, tokens)
      values (current_date - 3, sha256('a'), 1), (current_date, sha256('a'), 1)`);
    expect((await docent.app.sweep())["usage"]).toBe(2);
    expect((await docent.app.sweep())["usage"]).toBe(0);
  });
});

function counts(...pairs: readonly [number, number][]): number[] {
  const all = Array.from({ length: firstTokenBounds.length + 1 }, () => 0);
  for (const [bucket, count] of pairs) all[bucket] = count;
  return all;
}

describe("quantiles of counted times", () => {
  test.each([
    ["none", counts(), 0.5, undefined],
    ["half of the first bucket", counts([0, 10]), 0.5, 3],
    ["the border between two", counts([3, 5], [4, 5]), 0.5, 50],
    ["within the last one with a bound", counts([17, 4]), 0.5, 45_000],
    ["beyond all bounds", counts([18, 4]), 0.95, 60_000],
    ["a few slow ones", counts([2, 95], [9, 5]), 0.95, 25],
  ])("%s", (_name, each, share, expected) => {
    expect(quantileOf(each, share)).toBe(expected);
  });
});
