import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Route } from "../../../handlers/http/route.ts";
import { adminKey, forge } from "../../support/clients/callers.ts";
import { smallestRequest } from "../../support/clients/requests.ts";
import { countRows, createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({
    ADMIN_API_KEY: adminKey,
    ALLOWED_ORIGINS: "https://app.example,https://*.preview.example",
  });
});
afterAll(() => docent.close());

/** Those that change something, each with the token it wants. */
async function sendAll(
  change: (init: RequestInit) => RequestInit,
  among: (route: Route) => boolean = () => true,
): Promise<{ route: string; status: number; code: string | undefined }[]> {
  const answers = [];
  const routes = docent.app.routes.filter((route) => route.method !== "GET" && among(route));
  for (const route of routes) {
    const token = route.access === "admin" ? adminKey : await forge(docent);
    const headers = { authorization: `Bearer ${token}` };
    const { path, init } = smallestRequest(route, { headers });
    const response = await docent.fetch(path, change(init));
    const text = await response.text();
    const answer = text.startsWith("{") ? JSON.parse(text) : {};
    const code = answer.error?.code ?? answer.code;
    answers.push({ route: `${route.method} ${route.path}`, status: response.status, code });
  }
  return answers;
}

const withHeaders = (extra: Record<string, string>) => (init: RequestInit) => ({
  ...init,
  headers: { ...(init.headers as Record<string, string>), ...extra },
});

describe("a page of another origin changes nothing", () => {
  test.each([
    "https://evil.example",
    "null",
    "",
    "http://localhost:7860.evil.example",
    "http://localhost:7860@evil.example",
    "http://localhost",
    "https://app.example.evil.example",
    "https://evil-app.example",
    "http://app.example",
    "https://app.example:8443",
    "https://preview.example",
    "https://evil.a.preview.example",
    "https://evil.example/.preview.example",
    "https://evil.example#.preview.example",
    "https://.preview.example@evil.example",
    "file://",
  ])("from %j", async (origin) => {
    const before = await countRows(docent.database);
    const answers = await sendAll(withHeaders({ origin }));
    const refused = answers.filter(
      ({ status, code }) => status === 403 && code === "origin_not_allowed",
    );
    expect(refused).toHaveLength(answers.length);
    const after = await countRows(docent.database);
    // Those who came with a token have been made for this test.
    expect({ ...after, users: 0, sessions: 0 }).toEqual({ ...before, users: 0, sessions: 0 });
  });

  test.each(["https://app.example", "https://a.preview.example", "http://localhost:7860"])(
    "but of %s it may",
    async (origin) => {
      const answers = await sendAll(withHeaders({ origin }));
      expect(answers.filter(({ code }) => code === "origin_not_allowed")).toEqual([]);
    },
  );
});

test.each([
  "text/plain",
  "text/plain;application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/jsonp",
])("what a form can send without asking first, %s, is not read as JSON", async (type) => {
  const takesBody = ({ body, form }: Route) =>
    body !== undefined && !(form !== undefined && type.startsWith("multipart"));
  const answers = await sendAll(withHeaders({ "content-type": type }), takesBody);
  expect(answers.length).toBeGreaterThan(3);
  // What is not set up here says so before it reads anything.
  const closed = answers.filter(({ code }) => code === "settings_missing");
  expect(closed.map(({ route }) => route)).toEqual(["POST /api/auth/huggingface/redeem"]);
  const open = answers.filter(({ code }) => code !== "settings_missing");
  expect(open.filter(({ status }) => status !== 415)).toEqual([]);
});
