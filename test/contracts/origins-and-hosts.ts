import { request as send } from "node:http";
import { expect } from "vitest";
import { postJson } from "../support/servers/server-process.ts";

/** With ALLOWED_ORIGINS=https://front.example. */
export async function expectOnlyListedOrigins(url: string): Promise<void> {
  const allowed = new Map<string, string | null>();
  for (const origin of ["https://front.example", "https://evil.example"]) {
    const headers = { origin, "access-control-request-method": "POST" };
    const preflight = await fetch(`${url}/api/chat`, { method: "OPTIONS", headers });
    allowed.set(origin, preflight.headers.get("access-control-allow-origin"));
  }
  expect([...allowed.values()]).toEqual(["https://front.example", null]);
  const forged = await postJson(`${url}/api/auth/guest`, {}, { origin: "https://evil.example" });
  expect(forged.status).toBe(403);
}

/** With ALLOWED_HOSTS=docs.example. */
export async function expectOnlyKnownHosts(url: string): Promise<void> {
  const browser = { "accept-language": "en" };
  const unknown = { host: "evil.example", ...browser };
  const refused = await get(`${url}/api/documents`, unknown);
  expect(refused.status).toBe(421);
  expect(JSON.parse(refused.body)).toMatchObject({ code: "host_not_allowed" });
  expect(refused.body).toContain("ALLOWED_HOSTS");
  const moved = await get(`${url}/api/documents`, { host: "docs.example/health?" });
  expect(moved).toMatchObject({ status: 400, body: expect.stringContaining("invalid_url") });
  for (const [path, headers] of [
    ["/health", unknown],
    ["/api/documents", { host: "docs.example", ...browser }],
    ["/api/documents", { host: "docent.local:7860", ...browser }],
    ["/api/documents", { ...unknown, "x-forwarded-for": "192.0.2.1" }],
    ["/api/documents", { host: "evil.example" }],
  ] as const) {
    const { status } = await get(url + path, headers);
    expect({ path, headers, status }).toEqual({ path, headers, status: 200 });
  }
}

/** GETs with these headers alone; `fetch` adds some, and lets no Host through. */
function get(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const request = send(url, { headers }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode, body }));
    });
    request.on("error", reject);
    request.end();
  });
}
