import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { postFrom } from "../../support/clients/from-address.ts";
import { bearer, goodPassword, register } from "../../support/clients/people.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());
beforeEach(() => docent.database.query({ text: "delete from request_counts", values: [] }));

const guess = (email: string, address: string, password = "wrong horse battery") =>
  postFrom(docent, address)("/api/auth/login", { email, password });
/** Every request from an address of its own; 50 at once, because more would have to wait for their hashes. */
async function guessFromEverywhere(email: string, count: number): Promise<Response[]> {
  const responses: Response[] = [];
  for (let from = 0; from < count; from += 50) {
    const length = Math.min(50, count - from);
    const guesses = Array.from({ length }, (_, index) => guess(email, `192.0.2.${from + index}`));
    responses.push(...(await Promise.all(guesses)));
  }
  return responses;
}
const newEmail = () => `${crypto.randomUUID()}@example.org`;

describe("guesses at a password", () => {
  test("by strangers, ten or more, do not keep the owner out", async () => {
    const email = newEmail();
    await register(docent, { email });
    const responses = await guessFromEverywhere(email, 15);
    expect(responses.filter(({ status }) => status === 401)).toHaveLength(15);
    expect((await guess(email, "198.51.100.1", goodPassword)).status).toBe(200);
  });

  test("for one account end after a hundred an hour, though they come at once and from everywhere", async () => {
    const email = newEmail();
    await register(docent, { email });
    const responses = await guessFromEverywhere(email, 110);
    expect(responses.filter(({ status }) => status === 401)).toHaveLength(100);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(10);
    const refused = await guess(email, "198.51.100.1", goodPassword);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("ratelimit-policy")).toBe('"sign-in-account";q=100;w=3600');
  });

  test("by strangers never keep the owner out where an earlier sign-in came from", async () => {
    const email = newEmail();
    const password = goodPassword;
    await postFrom(docent, "203.0.113.1")("/api/auth/register", { email, password });
    expect((await guess(email, "2001:db8:5:6::1", password)).status).toBe(200);
    await guessFromEverywhere(email, 100);
    expect((await guess(email, "198.51.100.1", password)).status).toBe(429);
    for (const address of ["203.0.113.1", "2001:db8:5:6::2"]) {
      expect((await guess(email, address)).status).toBe(401);
      expect((await guess(email, address, password)).status).toBe(200);
    }
    // An address known to one account is a stranger's to another.
    const other = newEmail();
    await register(docent, { email: other });
    await guessFromEverywhere(other, 100);
    expect((await guess(other, "203.0.113.1", password)).status).toBe(429);
  });

  test("end after ten at a known address, too", async () => {
    const email = newEmail();
    const at = "203.0.113.2";
    await postFrom(docent, at)("/api/auth/register", { email, password: goodPassword });
    for (let index = 0; index < 10; index += 1) await guess(email, at);
    expect((await guess(email, at, goodPassword)).status).toBe(429);
    expect((await guess(email, "198.51.100.1", goodPassword)).status).toBe(200);
  });

  test("are told the same whether the account exists or not", async () => {
    const email = newEmail();
    await register(docent, { email });
    const answers = [];
    for (const each of [email, newEmail()]) {
      await guessFromEverywhere(each, 100);
      const refused = await guess(each, "198.51.100.2");
      const body = { ...(await refused.json()), request_id: "" };
      // A second may pass between the two.
      const headers = [...refused.headers].filter(
        ([name]) => !/request-id|ratelimit$|retry/.test(name),
      );
      answers.push({ headers, body: { ...body, detail: body.detail.replace(/\d+/, "n") } });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.body).toMatchObject({ status: 429, code: "rate_limited" });
  });

  test("count for the account however its address is written", async () => {
    const email = newEmail();
    await guessFromEverywhere(email, 99);
    expect((await guess(` ${email.toUpperCase()} `, "198.51.100.3")).status).toBe(401);
    expect((await guess(email, "198.51.100.3")).status).toBe(429);
  });

  test("from one address end after thirty, and lock nobody's account from there on", async () => {
    const responses = await Promise.all(
      Array.from({ length: 31 }, () => guess(newEmail(), "192.0.2.1")),
    );
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(1);
    const email = newEmail();
    await register(docent, { email });
    for (let index = 0; index < 10; index += 1) await guess(email, "192.0.2.1");
    expect((await guess(email, "198.51.100.4", goodPassword)).status).toBe(200);
  });

  test("count as a /64 of IPv6", async () => {
    const guesses = Array.from({ length: 31 }, (_, index) =>
      guess(newEmail(), `2001:db8:1:2::${index.toString(16)}`),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect((await guess(newEmail(), "2001:db8:1:3::1")).status).toBe(401);
  });

  test("with a stolen token, to delete the account, count for its user", async () => {
    const { access_token } = await register(docent);
    const remove = () =>
      docent.fetch("/api/auth/me", {
        method: "DELETE",
        headers: { ...bearer(access_token), "content-type": "application/json" },
        body: JSON.stringify({ password: "wrong horse battery" }),
      });
    const responses = await Promise.all(Array.from({ length: 12 }, remove));
    expect(responses.filter(({ status }) => status === 403)).toHaveLength(10);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(2);
  });
});

test("ten accounts an hour are made from one address", async () => {
  const responses = await Promise.all(
    Array.from({ length: 12 }, () =>
      postFrom(docent, "192.0.2.2")("/api/auth/register", {
        email: newEmail(),
        password: goodPassword,
      }),
    ),
  );
  expect(responses.filter(({ status }) => status === 201)).toHaveLength(10);
  const refused = responses.find(({ status }) => status === 429);
  expect(refused?.headers.get("ratelimit-policy")).toBe('"register";q=10;w=3600');
});

test("a password that is refused is no account: it is not counted as one", async () => {
  const send = postFrom(docent, "192.0.2.4");
  const statuses: number[] = [];
  for (const password of [...Array<string>(10).fill("password1"), goodPassword]) {
    const { status } = await send("/api/auth/register", { email: newEmail(), password });
    statuses.push(status);
  }
  expect(statuses).toEqual([...Array<number>(10).fill(400), 201]);
});

test("what is left of two limits is told of the nearer one", async () => {
  const email = newEmail();
  const answer = await guess(email, "192.0.2.3", goodPassword);
  expect(answer.status).toBe(401);
  await register(docent, { email });
  const signedIn = await guess(email, "192.0.2.3", goodPassword);
  expect(signedIn.headers.get("ratelimit")).toMatch(/^"sign-in";r=8;t=\d+$/);
});

test("of the addresses signed into from, the database holds nothing readable, and forgets them in time", async () => {
  const email = newEmail();
  const at = "203.0.113.3";
  await postFrom(docent, at)("/api/auth/register", { email, password: goodPassword });
  const rows = await docent.database.query({
    text: "select known_addresses::text as row from known_addresses",
    values: [],
  });
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain(at);
  await docent.database.query({
    text: `update known_addresses set seen_at = seen_at - interval '181 days'
      where user_id = (select id from users where email = $1::text)`,
    values: [email],
  });
  expect((await docent.app.sweep())["addresses"]).toBe(1);
});

test("deleting an account leaves nothing of it in the counts", async () => {
  const email = newEmail();
  const { access_token, user } = await register(docent, { email });
  await docent.post("/api/chat", { message: "Hi" }, bearer(access_token));
  await guess(email, "192.0.2.4", goodPassword);
  const rows = await docent.database.query({
    text: "select request_counts::text as row, encode(key, 'escape') as key from request_counts",
    values: [],
  });
  expect(rows.length).toBeGreaterThan(2);
  for (const secret of [email, user.id, "192.0.2.4"]) {
    expect(JSON.stringify(rows)).not.toContain(secret);
  }
});
