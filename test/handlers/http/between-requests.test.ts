// Where nothing runs between requests, what is left to do is handed to the platform with an answer.
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  startEmbedderStandIn,
  type EmbedderStandIn,
} from "../../support/stand-ins/embedder-stand-in.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { testEmbedder } from "../../support/apps/vectors.ts";
import { clockAt } from "../../support/apps/test-clock.ts";

const adminKey = "an administrator's key of more than thirty-two bytes";
const minute = 60_000;

let standIn: EmbedderStandIn;
let docent: TestApp;
let now: number;
let handed: Promise<unknown>[];

beforeEach(async () => {
  now = Date.now();
  handed = [];
  standIn = await startEmbedderStandIn();
  const overrides = { clock: clockAt(() => now), embedder: testEmbedder(standIn.url) };
  docent = await createTestApp({ ADMIN_API_KEY: adminKey }, overrides);
});
afterEach(async () => {
  await docent.close();
  await standIn.close();
});

/** Asks, and lets what the app handed over end. */
async function ask(path: string, body?: unknown): Promise<Response> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${adminKey}` };
  const init = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) };
  const response = await docent.fetch(path, init, {
    waitUntil: (work) => void handed.push(work),
  });
  await Promise.all(handed.splice(0));
  return response;
}

async function count(text: string): Promise<number> {
  const [row] = await docent.database.query<{ count: number }>({ text, values: [] });
  return row?.count ?? 0;
}

const left = () => count("select count(*)::int from request_counts where expires_at < now()");
const embedded = () => count("select count(*)::int from embedded_passages");

test("a pass of sweeping is due after a minute, then after about an hour", async () => {
  const clutter =
    "insert into request_counts select sha256($1), '{}', true, now() - interval '1 second'";
  const clutterBy = (name: string) =>
    docent.database.query({ text: clutter, values: [new TextEncoder().encode(name)] });
  await clutterBy("first");
  await ask("/api/documents");
  expect(await left()).toBe(1);
  now += 2 * minute;
  await ask("/api/documents");
  expect(await left()).toBe(0);
  await clutterBy("second");
  now += 30 * minute;
  await ask("/api/documents");
  expect(await left()).toBe(1);
  now += 60 * minute;
  await ask("/api/documents");
  expect(await left()).toBe(0);
});

test("a document's vectors are there when what was handed over has ended", async () => {
  const document = { path: "leave.md", content: "Thirty days of vacation a year." };
  expect((await ask("/api/documents", document)).status).toBe(201);
  expect(await embedded()).toBe(1);
  const found = await (await ask("/api/search?q=Urlaub")).json();
  expect(found.passages[0].path).toBe("leave.md");
});

test("an embedder that failed is asked again by a later request, although no timer went off", async () => {
  standIn.trouble(() => ({ status: 401 }));
  const document = { path: "leave.md", content: "Thirty days of vacation a year." };
  expect((await ask("/api/documents", document)).status).toBe(201);
  standIn.trouble(undefined);
  await ask("/api/search?q=vacation");
  expect(await embedded()).toBe(0);
  now += 2 * 60 * minute;
  await ask("/api/search?q=vacation");
  expect(await embedded()).toBe(1);
});

test("the index's upkeep is done when what was handed over with a document has ended", async () => {
  for (let index = 0; index < 20; index += 1) {
    await ask("/api/documents", { path: `${index}.md`, content: `Number ${index}.` });
  }
  expect(await count("select count(*)::int from index_segments")).toBeLessThan(8);
});
