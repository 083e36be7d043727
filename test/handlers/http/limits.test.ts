import { PortFailure } from "../../../handlers/ports/failure.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { postFrom } from "../../support/clients/from-address.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { clockAt } from "../../support/apps/test-clock.ts";

let docent: TestApp;
beforeAll(async () => {
  // The process's own clock stands still: what it counts by itself would else be freed on a slow machine.
  const now = Date.now();
  docent = await createTestApp(
    { CHAT_RATE_LIMIT: "3/60s", ADMIN_API_KEY: "k".repeat(32) },
    { clock: clockAt(() => now) },
  );
});
afterAll(() => docent.close());
beforeEach(() => docent.database.query({ text: "delete from request_counts", values: [] }));

const json = { accept: "application/json" };
const chat = (address: string, headers: Record<string, string> = json) =>
  postFrom(docent, address)("/api/chat", { message: "Hello" }, headers);
const read = (path: string, headers: Record<string, string> = {}) =>
  docent.fetch(path, { headers }, { clientAddress: "192.0.2.12" });
const ageHits = (seconds: number) =>
  docent.database.query({
    text: `update request_counts set
      hits = array(select hit - $1::int * interval '1 second' from unnest(hits) as hit),
      expires_at = expires_at - $1::int * interval '1 second'`,
    values: [seconds],
  });

describe("a clock that is set back an hour", () => {
  test("locks nobody out of what the database counts", async () => {
    for (const status of [200, 200, 200, 429])
      expect((await chat("192.0.2.40")).status).toBe(status);
    // The hits now lie an hour ahead of the database's clock.
    await ageHits(-3600);
    const next = await chat("192.0.2.40");
    expect(next.status).toBe(200);
    expect(next.headers.get("ratelimit")).toBe('"chat";r=2;t=60');
  });

  test("locks nobody out of what the process counts", async () => {
    const wall = { now: Date.now() };
    let elapsed = 0;
    const clock = { now: () => wall.now, monotonic: () => elapsed };
    const own = await createTestApp({ READ_RATE_LIMIT: "2/60s" }, { clock });
    const search = async () =>
      (await own.fetch("/api/search?q=x", {}, { clientAddress: "::1" })).status;
    expect([await search(), await search(), await search()]).toEqual([200, 200, 429]);
    wall.now -= 3_600_000;
    elapsed += 61_000;
    expect(await search()).toBe(200);
    await own.close();
  });
});

describe("messages", () => {
  test("say how many are left, and when there are more", async () => {
    const first = await chat("192.0.2.1");
    expect(first.status).toBe(200);
    expect(first.headers.get("ratelimit-policy")).toBe('"chat";q=3;w=60');
    expect(first.headers.get("ratelimit")).toBe('"chat";r=2;t=60');
    const streamed = await chat("192.0.2.1", {});
    expect(streamed.headers.get("content-type")).toContain("text/event-stream");
    expect(streamed.headers.get("ratelimit")).toMatch(/^"chat";r=1;t=\d+$/);
    await streamed.text();
  });

  test("beyond the limit are refused, and write nothing", async () => {
    for (const status of [200, 200, 200]) expect((await chat("192.0.2.2")).status).toBe(status);
    const before = await countRows(docent.database);
    const refused = await chat("192.0.2.2");
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ status: 429, code: "rate_limited" });
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(30);
    expect(wait).toBeLessThanOrEqual(60);
    expect(refused.headers.get("ratelimit")).toBe(`"chat";r=0;t=${wait}`);
    expect(await countRows(docent.database)).toEqual(before);
    expect((await chat("192.0.2.3")).status).toBe(200);
  });

  test("are let through again one by one, as earlier ones leave the window", async () => {
    await chat("192.0.2.4");
    await ageHits(40);
    await chat("192.0.2.4");
    await chat("192.0.2.4");
    const refused = await chat("192.0.2.4");
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(20);
    await ageHits(21);
    expect((await chat("192.0.2.4")).status).toBe(200);
    expect((await chat("192.0.2.4")).status).toBe(429);
  });

  test("that were refused do not lengthen the wait", async () => {
    for (let index = 0; index < 10; index += 1) await chat("192.0.2.5");
    await ageHits(61);
    expect((await chat("192.0.2.5")).headers.get("ratelimit")).toBe('"chat";r=2;t=60');
  });

  test("of a guest count for the address, whoever the guest is", async () => {
    const { access_token } = await (await chat("192.0.2.6")).json();
    const authorization = `Bearer ${access_token}`;
    for (let index = 0; index < 2; index += 1) await chat("192.0.2.6", { ...json, authorization });
    expect((await chat("192.0.2.6")).status).toBe(429);
    expect((await chat("192.0.2.7", { ...json, authorization })).status).toBe(200);
  });

  test("200 at once: exactly the limit's number pass", async () => {
    const responses = await Promise.all(Array.from({ length: 200 }, () => chat("192.0.2.8")));
    const passed = responses.filter(({ status }) => status === 200);
    expect(passed).toHaveLength(3);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(197);
  });

  test("that are not valid are not counted", async () => {
    for (let index = 0; index < 5; index += 1) {
      await postFrom(docent, "192.0.2.9")("/api/chat", { message: "" });
    }
    expect((await chat("192.0.2.9")).headers.get("ratelimit")).toContain("r=2;");
  });

  test("leave no address behind in clear", async () => {
    await chat("192.0.2.10");
    const rows = await docent.database.query<{ text: string }>({
      text: "select request_counts::text as text, encode(key, 'escape') as key from request_counts",
      values: [],
    });
    // The caller's count, the address's, and that of new guests.
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toContain("192.0.2.10");
  });
});

describe("other classes", () => {
  test("guests: 60 an hour from one address, and none is made beyond", async () => {
    const start = () => postFrom(docent, "192.0.2.11")("/api/auth/guest", {});
    const first = await start();
    expect(first.status).toBe(201);
    expect(first.headers.get("ratelimit")).toMatch(/^"guest";r=59;t=3(600|599)$/);
    await Promise.all(Array.from({ length: 59 }, start));
    const before = await countRows(docent.database);
    expect((await start()).status).toBe(429);
    expect(await countRows(docent.database)).toEqual(before);
  });

  test("ingesting: 600 a minute for the operator, from whatever address", async () => {
    const headers = { authorization: `Bearer ${"k".repeat(32)}` };
    const remove = () => docent.fetch("/api/documents/none", { method: "DELETE", headers });
    const responses = await Promise.all(Array.from({ length: 601 }, remove));
    expect(responses.filter(({ status }) => status === 404)).toHaveLength(600);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(1);
  });

  test("reading: 300 a minute of one address, none for the operator or what is always there", async () => {
    for (let index = 0; index < 300; index += 1) await read("/api/suggestions");
    const refused = await read("/api/suggestions");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("ratelimit-policy")).toBe('"read";q=300;w=60');
    expect(Number(refused.headers.get("retry-after"))).toBe(1);
    expect((await read("/health")).status).toBe(200);
    expect((await read("/openapi.json")).status).toBe(200);
    const operator = { authorization: `Bearer ${"k".repeat(32)}` };
    expect((await read("/api/suggestions", operator)).status).toBe(200);
  });

  test("a database that is down is said, and no limit", async () => {
    const query = docent.ports.database;
    const down = await createTestApp(
      {},
      { database: { ...query, query: () => Promise.reject(unavailable()) } },
    );
    expect((await down.post("/api/auth/guest", {})).status).toBe(503);
  });
});

function unavailable(): PortFailure {
  return new PortFailure("unavailable", "gone", { retryable: true });
}
