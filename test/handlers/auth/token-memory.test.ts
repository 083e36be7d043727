import { afterAll, beforeAll, expect, test } from "vitest";
import { createTokens } from "../../../handlers/auth/tokens/tokens.ts";
import { bearer, startGuest } from "../../support/clients/people.ts";
import { signIn } from "../../support/clients/signed-in.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { clockAt } from "../../support/apps/test-clock.ts";

let now = Date.now();
let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ READ_RATE_LIMIT: "10000/60s" }, { clock: clockAt(() => now) });
});
afterAll(() => docent.close());

const me = async (token: string) =>
  (await docent.fetch("/api/auth/me", { headers: bearer(token) })).status;

test("a token that was good a moment ago is not good for longer than it says", async () => {
  const { access_token } = await startGuest(docent);
  expect([await me(access_token), await me(access_token)]).toEqual([200, 200]);
  now += 29 * 60_000;
  expect(await me(access_token)).toBe(200);
  now += 60_001;
  expect(await me(access_token)).toBe(401);
});

test("nor after its session has ended, nor with another signature", async () => {
  const { access_token } = await startGuest(docent);
  expect(await me(access_token)).toBe(200);
  expect(await me(`${access_token.slice(0, -4)}AAAA`)).toBe(401);
  await docent.database.query({ text: "delete from sessions", values: [] });
  expect(await me(access_token)).toBe(401);
});

test("more tokens than are remembered are all good", async () => {
  const { userId, sessionId } = await signIn(docent);
  const { secrets, clock } = docent.ports;
  const sign = await createTokens(secrets, clock, 30 * 60_000).signer();
  const session = { userId, sessionId, kind: "user" } as const;
  const tokens = await Promise.all(Array.from({ length: 1010 }, async () => sign?.(session)));
  expect(new Set(tokens).size).toBe(1010);
  for (const token of tokens) expect(await me(token ?? "")).toBe(200);
  expect(await me(tokens[0] ?? "")).toBe(200);
});
