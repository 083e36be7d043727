import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { clockAt } from "../../support/apps/test-clock.ts";
import { adminKey } from "../../support/clients/callers.ts";
import { postFrom } from "../../support/clients/from-address.ts";
import { signIn } from "../../support/clients/signed-in.ts";

let docent: TestApp;
let now = Date.now();
beforeAll(async () => {
  const settings = { READ_RATE_LIMIT: "5/60s", ADMIN_API_KEY: adminKey };
  docent = await createTestApp(settings, { clock: clockAt(() => now) });
});
afterAll(() => docent.close());

let addresses = 0;
let here: string;
let elsewhere: string;
beforeEach(() => {
  here = `192.0.2.${(addresses += 1)}`;
  elsewhere = `192.0.2.${(addresses += 1)}`;
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ask = (address: string, body: object, headers: Record<string, string> = {}) =>
  postFrom(docent, address)("/api/chat", body, { accept: "application/json", ...headers });
const sendDocument = (address: string, key: string) =>
  postFrom(docent, address)("/api/documents", { path: "/" }, bearer(key));
const nonsense = { messages: "none" };
const question = { message: "Hello" };

/** The statuses of six requests that are the same. */
async function sendSix(send: () => Promise<Response>): Promise<number[]> {
  const statuses = [];
  for (let sent = 0; sent < 6; sent += 1) statuses.push((await send()).status);
  return statuses;
}

test("bodies that are no valid ones are counted for their address, and then refused unread", async () => {
  expect(await sendSix(() => ask(here, nonsense))).toEqual([400, 400, 400, 400, 400, 429]);
  const refused = await ask(here, nonsense);
  expect(await refused.json()).toMatchObject({ code: "rate_limited" });
  expect(refused.headers.get("retry-after")).toBe("12");
  expect(refused.headers.get("ratelimit-policy")).toBe('"invalid";q=5;w=60');
  expect((await ask(here, question)).status).toBe(429);
  expect((await ask(elsewhere, question)).status).toBe(200);
  now += 13_000;
  expect((await ask(here, question)).status).toBe(200);
});

test.each<[string, () => Promise<Response>]>([
  ["a body that is no JSON", () => postText("{", "application/json")],
  ["a body of another kind", () => postText("a=b", "application/x-www-form-urlencoded")],
  ["a body too large", () => postText(" ".repeat(300 * 1024), "application/json")],
  ["a forged token", () => ask(here, question, bearer("a.b.c"))],
  ["a wrong API key", () => ask(here, question, bearer("docent_nonsense"))],
  ["a wrong operator's key", () => sendDocument(here, "k".repeat(40))],
])("so is %s", async (_, send) => {
  const statuses = await sendSix(send);
  expect(new Set(statuses.slice(0, 5)).size).toBe(1);
  expect(statuses.at(-1)).toBe(429);
});

function postText(body: string, type: string): Promise<Response> {
  const headers = { "content-type": type };
  return docent.fetch("/api/chat", { method: "POST", headers, body }, { clientAddress: here });
}

test("a signed-in user behind such an address goes on, a guest does not", async () => {
  const user = await signIn(docent);
  const guest = await signIn(docent, { kind: "guest" });
  await sendSix(() => ask(here, nonsense));
  expect((await ask(here, question, user.headers)).status).toBe(200);
  expect((await ask(here, question, guest.headers)).status).toBe(429);
});

test("a user's invalid requests are counted for the user, wherever they come from", async () => {
  const [one, other] = [await signIn(docent), await signIn(docent)];
  const send = () => ask(here, nonsense, one.headers);
  expect(await sendSix(send)).toEqual([400, 400, 400, 400, 400, 429]);
  expect((await ask(elsewhere, question, one.headers)).status).toBe(429);
  expect((await ask(here, question, other.headers)).status).toBe(200);
  expect((await ask(here, question)).status).toBe(200);
});

test("the operator's key cannot be guessed on and on, and the operator's mistakes are not counted", async () => {
  expect(await sendSix(() => sendDocument(elsewhere, adminKey))).toEqual(Array(6).fill(400));
  await sendSix(() => sendDocument(here, "k".repeat(40)));
  expect((await sendDocument(here, adminKey)).status).toBe(429);
});
