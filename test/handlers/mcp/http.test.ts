import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";
import { callMcpTool, connectMcpClient } from "../../support/clients/mcp-client.ts";

const both = "application/json, text/event-stream";
const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp({ PUBLIC_URL: "https://docent.example" });
});
afterAll(() => docent.close());

const send = (body: unknown, headers: Record<string, string> = {}) =>
  docent.post("/mcp", body, { accept: both, ...headers });

test("a notification is accepted with 202 and nothing", async () => {
  const response = await send({ jsonrpc: "2.0", method: "notifications/initialized" });
  expect([response.status, await response.text()]).toEqual([202, ""]);
});

test("Accept must name JSON and events, the body must be JSON", async () => {
  const refused = await send(list, { accept: "application/json" });
  expect(refused.status).toBe(406);
  expect((await refused.json()).jsonrpc).toBe("2.0");
  const plain = await send(list, { "content-type": "text/plain" });
  expect([plain.status, (await plain.json()).code]).toEqual([415, "unsupported_media_type"]);
  const broken = await docent.fetch("/mcp", {
    method: "POST",
    headers: { accept: both, "content-type": "application/json" },
    body: "{",
  });
  expect([broken.status, (await broken.json()).code]).toEqual([400, "invalid_json"]);
});

test("several messages in one body are refused: each must count", async () => {
  const response = await send([list, list]);
  expect([response.status, (await response.json()).code]).toEqual([400, "invalid_input"]);
});

test("there are no sessions to read or end", async () => {
  for (const method of ["GET", "DELETE"]) {
    const response = await docent.fetch("/mcp", { method, headers: { accept: both } });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  }
});

test("a foreign page is refused", async () => {
  const response = await send(list, { origin: "https://evil.example" });
  expect([response.status, (await response.json()).code]).toEqual([403, "origin_not_allowed"]);
});

test("a refusal says where the metadata are, and they say what is protected", async () => {
  const address = "https://docent.example/.well-known/oauth-protected-resource/mcp";
  const invalid = await send(list, { authorization: "Bearer nonsense" });
  expect([invalid.status, (await invalid.json()).code]).toEqual([401, "invalid_token"]);
  expect(invalid.headers.get("www-authenticate")).toBe(
    `Bearer error="invalid_token", resource_metadata="${address}"`,
  );
  const closed = await createTestApp({ CHAT_ACCESS: "users" });
  const missing = await closed.post("/mcp", list, { accept: both });
  expect([missing.status, missing.headers.get("www-authenticate")]).toEqual([
    401,
    `Bearer resource_metadata="http://localhost:7860/.well-known/oauth-protected-resource/mcp"`,
  ]);
  await closed.close();
  for (const [path, resource] of [
    ["/.well-known/oauth-protected-resource/mcp", "https://docent.example/mcp"],
    ["/.well-known/oauth-protected-resource", "https://docent.example"],
  ] as const) {
    const metadata = await (await docent.fetch(path)).json();
    expect(metadata).toMatchObject({ resource, bearer_methods_supported: ["header"] });
  }
});

test("every message counts as reading, a question as chat", async () => {
  const limited = await createTestApp({ READ_RATE_LIMIT: "20/60s", CHAT_RATE_LIMIT: "1/60s" });
  const fetch = (path: string, init?: RequestInit) =>
    limited.fetch(path, init, { clientAddress: "203.0.113.9" });
  const client = await connectMcpClient({ era: "modern", fetch });
  const question = { question: "What is Docent?" };
  expect((await callMcpTool(client, "ask", question)).isError).toBe(false);
  const second = await callMcpTool(client, "ask", question);
  expect(second).toMatchObject({ isError: true, text: { error: "rate_limited" } });
  const statuses = new Set<number>();
  for (let index = 0; index < 20; index += 1) {
    const headers = { accept: both, "content-type": "application/json" };
    const body = JSON.stringify(list);
    statuses.add((await fetch("/mcp", { method: "POST", headers, body })).status);
  }
  expect([...statuses]).toEqual([200, 429]);
  await client.close();
  await limited.close();
});
