import { beforeAll, describe, expect, test } from "vitest";
import { collectEvents, readEvents } from "../support/clients/events.ts";
import type { Exceptions, RuntimeFeature } from "../support/runtime-features.ts";
import { expectOnlyKnownHosts, expectOnlyListedOrigins } from "./origins-and-hosts.ts";
import { postJson } from "../support/servers/server-process.ts";

/** A runtime that serves, empty at first, with `runtimeEnvironment` among its settings. */
export interface RunningRuntime {
  readonly url: string;
  /** What it has logged. */
  log(): string;
  stop(): Promise<void>;
}

/** A running one whose model keeps the end of its answer to a question with "hold" in it back. */
export interface ContractedRuntime extends RunningRuntime {
  /** Lets the answer end. */
  release(): void;
}

const adminKey = "an operator's key for tests, of 32 bytes and more";
export const runtimeEnvironment = {
  ADMIN_API_KEY: adminKey,
  ALLOWED_HOSTS: "docs.example",
  ALLOWED_ORIGINS: "https://front.example",
  CHAT_RATE_LIMIT: "12/60s",
} as const;

const question = { message: "When is the lantern lit?" };
const heldQuestion = { message: "Please hold the line." };
const password = "a quiet lighthouse";
const newAccount = () => ({ email: `${crypto.randomUUID()}@example.org`, password });

/** Tests a promise, or says why a runtime does not make it. */
function promisesOf(name: string, exceptions: Exceptions) {
  return (feature: RuntimeFeature, check: () => Promise<void>) => {
    const reason = exceptions[feature];
    if (reason !== undefined) console.warn(`${name} skips ${feature}: ${reason}`);
    test.skipIf(reason !== undefined)(feature, check);
  };
}

/** The one suite that every runtime passes over HTTP. */
export function describeRuntime(
  name: string,
  start: () => Promise<ContractedRuntime>,
  exceptions: Exceptions,
): void {
  describe(`runtime contract: ${name}`, () => {
    let runtime: ContractedRuntime;
    const get = (path: string, init?: RequestInit) => fetch(runtime.url + path, init);
    const post = (path: string, body: unknown, headers?: Record<string, string>) =>
      postJson(runtime.url + path, body, headers);
    const promises = promisesOf(name, exceptions);

    beforeAll(async () => {
      runtime = await start();
    });

    promises("health", async () => {
      for (const path of ["/", "/admin", "/health", "/openapi.json"]) {
        expect((await get(path)).status, path).toBe(200);
        expect((await get(path, { method: "HEAD" })).status, `HEAD ${path}`).toBe(200);
      }
      await expect.poll(async () => (await get("/ready")).status).toBe(200);
      const health = await (await get("/api/health")).json();
      expect(health.services.database).toBe("healthy");
      expect((await get("/nowhere")).headers.get("content-type")).toMatch(/^application\/problem/);
    });

    promises("tables brought up to date at start", async () => {
      const health = await (await get("/api/health")).json();
      expect(health.services.database).not.toBe("migration_due");
      expect((await get("/api/documents")).status).toBe(200);
    });

    promises("documents read at start", async () => {
      const path = "/api/search?q=Hugging%20Face%20Space";
      await expect
        .poll(async () => (await (await get(path)).json()).passages[0]?.path)
        .toBe("README.md");
    });

    promises("page and API page", async () => {
      const page = await get("/", { headers: { accept: "text/html" } });
      expect(page.headers.get("content-type")).toMatch(/^text\/html/);
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
      const html = await page.text();
      expect(html).toContain("<!doctype html>");
      for (const [part] of html.matchAll(/\/parts\/[\w-]+\.js/g)) {
        const script = await get(part);
        expect([part, script.status]).toEqual([part, 200]);
        expect(script.headers.get("content-type")).toMatch(/^text\/javascript/);
      }
      expect(await (await get("/docs")).text()).toContain("SwaggerUIBundle");
      const style = await get("/docs/swagger-ui.css");
      expect(style.headers.get("content-type")).toMatch(/^text\/css/);
      expect(await style.text()).toContain(".swagger-ui");
    });

    promises("documents and search", async () => {
      const content = "# The lighthouse\n\nThe lantern is lit at dusk, by the keeper's daughter.\n";
      const headers = { authorization: `Bearer ${adminKey}` };
      const put = await post("/api/documents", { path: "lighthouse.md", content }, headers);
      expect([200, 201]).toContain(put.status);
      const found = await (await get("/api/search?q=lantern%20lit")).json();
      expect(found.passages[0].path).toBe("lighthouse.md");
    });

    promises("chat, streamed as it is made", async () => {
      const response = await post("/api/chat", heldQuestion);
      expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
      expect(response.headers.get("x-accel-buffering")).toBe("no");
      const events = readEvents(response);
      expect((await events.next()).value?.data["type"]).toBe("metadata");
      // The model has said no more than this yet.
      expect((await events.next()).value?.data["content"]).toBe("Held, ");
      runtime.release();
      let last: Readonly<Record<string, unknown>> = {};
      for await (const { data } of events) last = data;
      expect(last).toMatchObject({ type: "done", content: "Held, and let go." });
    });

    promises("chat, whole", async () => {
      const response = await post("/api/chat", question, { accept: "application/json" });
      const answer = await response.json();
      expect(answer.response).toContain("dusk");
      expect(answer.sources[0].path).toBe("lighthouse.md");
    });

    promises("resume after a lost connection", async () => {
      const events = await collectEvents(await post("/api/chat", question));
      const { conversation_id: id, access_token: token } = events[0]?.data ?? {};
      const rest = await get(`/api/chat/${String(id)}/stream`, {
        headers: {
          authorization: `Bearer ${String(token)}`,
          "last-event-id": events[1]?.id ?? "",
        },
      });
      expect(await collectEvents(rest)).toEqual(events.slice(2));
    });

    promises("resume while it is made", async () => {
      const response = await post("/api/chat", heldQuestion);
      const events = readEvents(response);
      const { conversation_id: id, access_token: token } = (await events.next()).value?.data ?? {};
      const again = await get(`/api/chat/${String(id)}/stream`, {
        headers: { authorization: `Bearer ${String(token)}` },
      });
      expect(again.status).toBe(200);
      const resumed = readEvents(again);
      expect((await resumed.next()).value?.data).toMatchObject({ conversation_id: id });
      expect((await resumed.next()).value?.data["content"]).toBe("Held, ");
      runtime.release();
      const types: unknown[] = [];
      for await (const { data } of resumed) types.push(data["type"]);
      expect(types.at(-1)).toBe("done");
      await events.return();
    });

    promises("answer saved when the client leaves", async () => {
      const leaving = new AbortController();
      const response = await fetch(`${runtime.url}/api/chat`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(heldQuestion),
        signal: leaving.signal,
      });
      const events = readEvents(response);
      const metadata = (await events.next()).value?.data ?? {};
      await events.next();
      leaving.abort();
      await expect(events.next()).rejects.toThrow();
      expect((await get("/health")).status).toBe(200);
      runtime.release();
      const headers = { authorization: `Bearer ${String(metadata["access_token"])}` };
      const path = `/api/conversations/${String(metadata["conversation_id"])}`;
      const answer = async () => (await (await get(path, { headers })).json()).messages[1];
      await expect.poll(async () => (await answer()).status).toBe("complete");
      expect((await answer()).content).toBe("Held, and let go.");
    });

    promises("accounts", async () => {
      const account = newAccount();
      const registered = await post("/api/auth/register", account);
      expect(registered.status).toBe(201);
      expect((await post("/api/auth/login", { ...account, password: "wrong" })).status).toBe(401);
      const login = await (await post("/api/auth/login", account)).json();
      const headers = { authorization: `Bearer ${login.access_token}` };
      const me = await (await get("/api/auth/me", { headers })).json();
      expect(me).toMatchObject({ email: account.email, kind: "user" });
      const { refresh_token } = login;
      expect((await post("/api/auth/refresh", { refresh_token })).status).toBe(200);
      const removal = { method: "DELETE", headers, body: JSON.stringify(account) };
      Object.assign(headers, { "content-type": "application/json" });
      expect((await get("/api/auth/me", removal)).status).toBe(204);
      expect((await get("/api/auth/me", { headers })).status).toBe(401);
    });

    promises("tasks", async () => {
      const account = newAccount();
      const { access_token } = await (await post("/api/auth/register", account)).json();
      const headers = { authorization: `Bearer ${access_token}` };
      const created = await post("/api/tasks", { title: "Trim the wick" }, headers);
      expect(created.status).toBe(201);
      const { id } = await created.json();
      const asked = { message: "complete task 1" };
      const answer = await post("/api/chat", asked, { ...headers, accept: "application/json" });
      expect((await answer.json()).tool_calls).not.toEqual([]);
      const task = await get(`/api/tasks/${id}`, { headers });
      expect(task.headers.get("etag")).toMatch(/^"/);
      expect(await task.json()).toMatchObject({ title: "Trim the wick", completed: true });
    });

    promises("CORS", () => expectOnlyListedOrigins(runtime.url));

    promises("unknown host names refused", () => expectOnlyKnownHosts(runtime.url));

    promises("body limits", async () => {
      const response = await post("/api/chat", { message: "x".repeat(400 * 1024) });
      expect(response.status).toBe(413);
      expect((await response.json()).code).toBe("body_too_large");
      expect((await get("/health")).status).toBe(200);
    });

    promises("rate limits", async () => {
      const statuses: number[] = [];
      for (let asked = 0; asked < 14; asked += 1) {
        const response = await post("/api/chat", question, { accept: "application/json" });
        statuses.push(response.status);
        if (response.status === 429) {
          expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
          expect(response.headers.get("ratelimit-policy")).toContain("12");
        }
        await response.body?.cancel();
      }
      expect(statuses).toContain(429);
      expect(statuses).toEqual(statuses.toSorted((a, b) => a - b));
    });

    promises("logs without secrets", async () => {
      const response = await get("/api/search?q=a%20private%20word");
      const id = response.headers.get("x-request-id") ?? "none";
      await expect.poll(() => runtime.log()).toContain(id);
      expect(runtime.log()).toContain("/api/search");
      for (const secret of ["private", "lantern", adminKey, password, "example.org", "eyJ"])
        expect(runtime.log()).not.toContain(secret);
    });
  });
}
