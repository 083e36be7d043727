import { afterAll, beforeAll, expect, test } from "vitest";
import { superviseDatabase } from "../../../adapters/databases/supervise.ts";
import type { Database } from "../../../handlers/ports/database.ts";
import { createMemoryLogger } from "../../support/apps/logger.ts";
import {
  bearer,
  goodPassword,
  register,
  send,
  startGuest,
  type Person,
} from "../../support/clients/people.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { openTestDatabase } from "../../support/apps/test-database.ts";

let docent: TestApp;
let person: Person;
let trips = 0;
beforeAll(async () => {
  const logger = createMemoryLogger();
  const engine = await openTestDatabase(logger);
  const counting: Database = {
    query: (statement) => {
      trips += 1;
      return engine.query(statement);
    },
    batch: (statements) => {
      trips += 1;
      return engine.batch(statements);
    },
  };
  const opened = { ...engine, ...counting };
  docent = await createTestApp(
    {},
    { database: superviseDatabase(() => Promise.resolve(opened), logger) },
  );
  person = await register(docent);
});
afterAll(() => docent.close());

async function tripsOf(work: () => Promise<Response>, status: number): Promise<number> {
  const before = trips;
  const response = await work();
  expect(response.status).toBe(status);
  await response.text();
  return trips - before;
}
const get = (path: string, token: string) => () => send(docent, "GET", path, { token });

test("an authenticated request costs at most one round trip besides its own", async () => {
  const { access_token: token } = person;
  expect(await tripsOf(get("/api/auth/me", token), 200)).toBe(1);
  expect(await tripsOf(get("/api/auth/sessions", token), 200)).toBe(2);
  expect(await tripsOf(get("/api/auth/keys", token), 200)).toBe(2);
  expect(await tripsOf(get("/api/conversations/none", token), 404)).toBe(1);
});

test("a key costs as much as a token", async () => {
  const body = { name: "k", scopes: ["chat", "search"] };
  const created = await send(docent, "POST", "/api/auth/keys", {
    token: person.access_token,
    body,
  });
  const { key } = await created.json();
  const path = "/api/conversations/01900000-0000-7000-8000-000000000000";
  expect(await tripsOf(get(path, key), 404)).toBe(2);
  expect(await tripsOf(get(path, person.access_token), 404)).toBe(2);
});

test("signing in takes one to count, one to look, one to write, and one more for a guest's token", async () => {
  const body = { email: person.user.email, password: goodPassword };
  expect(await tripsOf(() => docent.post("/api/auth/login", body), 200)).toBe(3);
  const guest = await startGuest(docent);
  const headers = bearer(guest.access_token);
  expect(await tripsOf(() => docent.post("/api/auth/login", body, headers), 200)).toBe(4);
  const unknown = { ...body, email: "nobody@example.org" };
  expect(await tripsOf(() => docent.post("/api/auth/login", unknown), 401)).toBe(2);
  const wrong = { ...body, password: "wrong, but long enough" };
  expect(await tripsOf(() => docent.post("/api/auth/login", wrong), 401)).toBe(2);
});

test("forged, malformed and missing tokens cost nothing", async () => {
  for (const token of ["x", "a.b.c", `docent_${"0".repeat(32)}`]) {
    expect(await tripsOf(get("/api/auth/me", token), 401)).toBe(0);
  }
  expect(await tripsOf(() => docent.fetch("/api/auth/me"), 401)).toBe(0);
});
