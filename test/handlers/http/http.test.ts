import { readFileSync } from "node:fs";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({
    ALLOWED_ORIGINS: "https://book.example, https://*.preview.example",
  });
});
afterAll(() => docent.close());

test("HEAD answers like GET, without the body", async () => {
  const get = await docent.fetch("/health");
  const head = await docent.fetch("/health", { method: "HEAD" });
  expect(head.status).toBe(200);
  expect(head.headers.get("content-length")).toBe(get.headers.get("content-length"));
  expect(await head.text()).toBe("");
});

test("a wrong method is told which are right", async () => {
  const response = await docent.fetch("/api/chat", { method: "DELETE" });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("POST, OPTIONS");
});

test("every answer carries a request id and security headers, and may be framed by the Hub", async () => {
  for (const path of ["/health", "/nowhere"]) {
    const { headers } = await docent.fetch(path);
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain(
      "frame-ancestors 'self' https://huggingface.co",
    );
    expect(headers.has("x-frame-options")).toBe(false);
  }
});

test.each(["https://book.example", "https://pr-7.preview.example", "http://localhost:7860"])(
  "%s may read answers, with credentials",
  async (origin) => {
    const { headers } = await docent.fetch("/health", { headers: { origin } });
    expect(headers.get("access-control-allow-origin")).toBe(origin);
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    expect(headers.get("access-control-expose-headers")).toContain("x-request-id");
    expect(headers.get("vary")).toBe("origin");
  },
);

test.each([
  "https://book.example.evil.example",
  "https://preview.example",
  "https://a.b.preview.example",
  "https://.preview.example",
  "https://evil.example/.preview.example",
  "null",
])("%s may not", async (origin) => {
  const { headers } = await docent.fetch("/health", { headers: { origin } });
  expect(headers.has("access-control-allow-origin")).toBe(false);
  expect(headers.get("vary")).toBe("origin");
});

test("a preflight from a listed origin names methods and headers", async () => {
  const response = await docent.fetch("/api/chat", {
    method: "OPTIONS",
    headers: { origin: "https://book.example", "access-control-request-method": "POST" },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-origin")).toBe("https://book.example");
  expect(response.headers.get("access-control-allow-methods")).toContain("POST");
  expect(response.headers.get("access-control-allow-headers")).toContain("authorization");
});

test("a preflight allows every header that a client in a page sends, such as OpenAI's and a tracer's", async () => {
  const openai = new OpenAI({
    apiKey: "key",
    dangerouslyAllowBrowser: true,
    fetch: async (_, init) => {
      const asked = [...new Headers(init?.headers).keys(), "traceparent"].join(",");
      const headers = { origin: "https://book.example", "access-control-request-headers": asked };
      const preflight = await docent.fetch("/v1/models", { method: "OPTIONS", headers });
      const allowed = preflight.headers.get("access-control-allow-headers")?.split(",");
      expect(allowed).toEqual(expect.arrayContaining(asked.split(",")));
      expect(allowed).toContain("x-stainless-os");
      return Response.json({ data: [] });
    },
  });
  await openai.models.list();
  const headers = { "access-control-request-headers": "a: b" };
  const odd = await docent.fetch("/v1/models", { method: "OPTIONS", headers });
  expect(odd.headers.get("access-control-allow-headers")).toContain("authorization");
});

test("same origin is told by Host, whatever scheme a TLS proxy hides", async () => {
  const response = await docent.fetch("/api/auth/guest", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      host: "someone-docent.hf.space",
      origin: "https://someone-docent.hf.space",
    },
    body: "{}",
  });
  expect(response.status).toBe(201);
});

test.each([
  ["https://x.example", "x.example:443", 201],
  ["http://x.example", "x.example:80", 201],
  ["https://x.example", "X.EXAMPLE", 201],
  ["http://[::1]:7860", "[::1]:7860", 201],
  ["https://x.example:8443", "x.example", 403],
  ["https://x.example.", "x.example", 403],
  ["https://x.example/path", "x.example", 403],
  ["https://user@x.example", "x.example", 403],
  ["null", "null", 403],
])("the origin %s on host %s is answered %i", async (origin, host, status) => {
  const headers = { "content-type": "application/json", host, origin };
  const guest = await docent.fetch("/api/auth/guest", { method: "POST", headers, body: "{}" });
  expect(guest.status).toBe(status);
});

test("what the page's address answers varies by Accept", async () => {
  expect((await docent.fetch("/")).headers.get("vary")).toBe("accept, accept-encoding, origin");
});

test("one log line a request, with the route's template and no query", async () => {
  const length = docent.log.length;
  await docent.fetch("/api/conversations/01900000-0000-7000-8000-000000000000?q=secret-words");
  const lines = docent.log.slice(length);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.fields).toMatchObject({
    method: "GET",
    route: "/api/conversations/:id",
    status: 404,
  });
  expect(JSON.stringify(lines)).not.toContain("secret-words");
});

test("the OpenAPI document lists every route, and its POST bodies as they are checked", async () => {
  const response = await docent.fetch("/openapi.json");
  const document = await response.json();
  expect(document.openapi).toBe("3.1.0");
  expect(JSON.stringify(document)).not.toContain('"$schema"');
  expect(document.paths["/api/documents"].post.requestBody.content).toHaveProperty([
    "multipart/form-data",
  ]);
  for (const { method, path } of docent.app.routes) {
    const described = document.paths[path.replaceAll(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
    expect(described, `${method} ${path}`).toBeDefined();
  }
  const { schema } = document.paths["/api/chat"].post.requestBody.content["application/json"];
  const [body] = schema.anyOf;
  expect(Object.keys(body.properties)).toEqual(expect.arrayContaining(["message", "confirm"]));
  expect(body.properties.mode.enum).toEqual(["general", "selection"]);
});

test("the README's table of the API has the routes' addresses", () => {
  const [, api = ""] = readFileSync("README.md", "utf8").split(/^## The API$/m);
  const [table = ""] = api.split("### ");
  // Only browsers ask for the others, by themselves.
  const routes = docent.app.routes.filter(({ path }) => !/^\/(?:docs|login)\//.test(path));
  // Further parts are often left out, as in `GET …/sessions`.
  const addresses = routes.map(({ path }) => path.split("/").slice(0, 3).join("/"));
  const missing = addresses.filter((address) => !table.includes(address.replace(/:.*/, "")));
  expect(missing).toEqual([]);
});

test("the OpenAPI document says who is let in, and what else may be answered", async () => {
  const { paths } = await (await docent.fetch("/openapi.json")).json();
  const register = paths["/api/auth/register"].post;
  expect(register.security).toEqual([{}, { bearer: [] }]);
  expect(Object.keys(register.responses)).toEqual(["201", "401", "409", "429", "default"]);
  expect(register.requestBody.content["application/json"].schema.required).toEqual([
    "email",
    "password",
  ]);
  expect(paths["/api/auth/me"].get.security).toEqual([{ bearer: [] }]);
  expect(Object.keys(paths["/api/auth/me"].delete.responses)).toEqual([
    "204",
    "401",
    "403",
    "429",
    "default",
  ]);
  expect(paths["/api/auth/logout"].post.security).toEqual([]);
  expect(paths["/api/chat"].post.description).toContain("`chat`");
  expect(paths["/api/auth/keys"].get.description).toBeUndefined();
});
