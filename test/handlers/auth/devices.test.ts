import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deviceLabel } from "../../../handlers/auth/sessions/device.ts";
import { logIn, register, send, startGuest } from "../../support/clients/people.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const list = async (token: string, query = "") => {
  const response = await send(docent, "GET", `/api/auth/sessions${query}`, { token });
  expect(response.status).toBe(200);
  return response.json();
};
const remove = (token: string, id: string) =>
  send(docent, "DELETE", `/api/auth/sessions/${id}`, { token });
const me = (token: string) => send(docent, "GET", "/api/auth/me", { token });

describe("the list of sessions", () => {
  test("names each device, and which of them asks", async () => {
    const first = await register(docent);
    const second = await logIn(docent, first.user.email, { "user-agent": firefox });
    const { sessions, next_cursor } = await list(second.access_token);
    expect(next_cursor).toBeNull();
    expect(sessions).toMatchObject([
      { user_agent: "Firefox on Linux", current: true },
      { user_agent: null, current: false },
    ]);
    expect(Object.keys(sessions[0])).toEqual([
      "id",
      "created_at",
      "last_used_at",
      "expires_at",
      "user_agent",
      "current",
    ]);
  });

  test("comes in pages, newest first", async () => {
    const { user, access_token } = await register(docent);
    for (let index = 0; index < 4; index += 1) await logIn(docent, user.email);
    const first = await list(access_token, "?limit=3");
    const second = await list(access_token, `?limit=3&cursor=${first.next_cursor}`);
    expect([first.sessions.length, second.sessions.length]).toEqual([3, 2]);
    expect(second.next_cursor).toBeNull();
    expect(second.sessions[1].current).toBe(true);
  });

  test("leaves out what has ended by itself", async () => {
    const { user, access_token } = await register(docent);
    const other = await logIn(docent, user.email);
    const { sessions } = await list(other.access_token);
    await docent.database.query({
      text: "update sessions set expires_at = now() where id = $1::uuid",
      values: [sessions[0].id],
    });
    expect((await list(access_token)).sessions).toHaveLength(1);
    expect((await me(other.access_token)).status).toBe(401);
  });
});

describe("signing a device out", () => {
  test("works at once, on its refresh token too", async () => {
    const first = await register(docent);
    const second = await logIn(docent, first.user.email);
    const { sessions } = await list(second.access_token);
    expect((await remove(first.access_token, sessions[0].id)).status).toBe(204);
    expect((await me(second.access_token)).status).toBe(401);
    const refresh_token = second.refresh_token;
    expect((await docent.post("/api/auth/refresh", { refresh_token })).status).toBe(401);
    expect((await list(first.access_token)).sessions).toHaveLength(1);
  });

  test("of somebody else is told like one that is not there, byte for byte", async () => {
    const [mine, other] = [await register(docent), await register(docent)];
    const foreign = (await list(other.access_token)).sessions[0].id;
    const ids = [foreign, "01900000-0000-7000-8000-000000000000", "none", "' or 1=1"];
    const bodies = await Promise.all(
      ids.map(async (id) => {
        const response = await remove(mine.access_token, encodeURIComponent(id));
        expect(response.status).toBe(404);
        return { ...(await response.json()), request_id: "" };
      }),
    );
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect((await me(other.access_token)).status).toBe(200);
  });

  test("is nothing for a guest", async () => {
    const guest = await startGuest(docent);
    expect((await remove(guest.access_token, crypto.randomUUID())).status).toBe(403);
  });
});

test.each([
  [firefox, "Firefox on Linux"],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
    "Edge on Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
  ],
  [
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
    "Chrome on Android",
  ],
  ["curl/8.15.0", "curl"],
  ["node", "node"],
  ["<script>alert(1)</script>", null],
  ["x".repeat(5000), null],
  ["", null],
  [null, null],
])("%s is called %s", (userAgent, label) => {
  expect(deviceLabel(userAgent)).toBe(label);
});
