import { afterEach, expect, test } from "vitest";
import { createGivenSecret } from "../../../adapters/secrets/given-secret.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
afterEach(() => docent.close());

async function told(response: Promise<Response>) {
  const { status, headers } = await response;
  const { code, detail } = await (await response).json();
  return { status, code, detail, type: headers.get("content-type") };
}

const missing = (name: string) => ({
  status: 503,
  code: "settings_missing",
  detail: expect.stringContaining(name),
  type: expect.stringContaining("application/problem+json"),
});

test("an unreadable CHAT_ACCESS closes chat, and opens nothing to guests", async () => {
  docent = await createTestApp({ CHAT_ACCESS: "mebers" });
  expect(await told(docent.post("/api/chat", { message: "hi" }))).toMatchObject(
    missing("CHAT_ACCESS"),
  );
  expect((await docent.fetch("/api/suggestions")).status).toBe(401);
  expect((await docent.fetch("/health")).status).toBe(200);
});

test("without a signing secret whatever needs one says so, whoever asks", async () => {
  docent = await createTestApp({ JWT_SECRET: "short" }, { secrets: createGivenSecret() });
  const token = { authorization: "Bearer some.old.token" };
  const body = { refresh_token: "a.b" };
  for (const answer of [
    docent.post("/api/chat", { message: "hi" }),
    docent.post("/api/chat", { message: "hi" }, token),
    docent.post("/api/auth/guest", {}),
    docent.post("/api/auth/refresh", body),
    docent.fetch("/api/suggestions", { headers: token }),
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await told(answer)).toMatchObject(missing("JWT_SECRET"));
  }
  expect((await docent.fetch("/api/suggestions")).status).toBe(200);
});

test("an unreadable DATABASE_URL closes what needs the database", async () => {
  docent = await createTestApp({ DATABASE_URL: "mysql://x", JWT_SECRET: "x".repeat(32) });
  for (const path of ["/api/search?q=hi", "/api/conversations/x", "/api/documents"]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await told(docent.fetch(path))).toMatchObject(missing("DATABASE_URL"));
  }
});

test("an unreadable ADMIN_API_KEY closes the operator's routes alone", async () => {
  docent = await createTestApp({ ADMIN_API_KEY: "short" });
  expect(await told(docent.post("/api/documents", {}))).toMatchObject(missing("ADMIN_API_KEY"));
  expect((await docent.fetch("/api/documents")).status).toBe(200);
});
