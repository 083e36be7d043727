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
/** Every request from an address of its own. */
const guessFromEverywhere = (email: string, count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => guess(email, `192.0.2.${index}`)));
const newEmail = () => `${crypto.randomUUID()}@example.org`;

describe("guesses at a password", () => {
  test("for one account end after ten, though they come at once and from everywhere", async () => {
    const email = newEmail();
    await register(docent, { email });
    const responses = await guessFromEverywhere(email, 15);
    expect(responses.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(5);
    expect((await guess(email, "198.51.100.1", goodPassword)).status).toBe(429);
  });

  test("are told the same whether the account exists or not", async () => {
    const email = newEmail();
    await register(docent, { email });
    const answers = [];
    for (const each of [email, newEmail()]) {
      await guessFromEverywhere(each, 10);
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
    await guessFromEverywhere(email, 9);
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

test("what is left of two limits is told of the nearer one", async () => {
  const email = newEmail();
  const answer = await guess(email, "192.0.2.3", goodPassword);
  expect(answer.status).toBe(401);
  await register(docent, { email });
  const signedIn = await guess(email, "192.0.2.3", goodPassword);
  expect(signedIn.headers.get("ratelimit")).toMatch(/^"sign-in";r=8;t=\d+$/);
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
