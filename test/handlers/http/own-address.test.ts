import { describe, expect, onTestFinished, test } from "vitest";
import { createTestApp } from "../../support/apps/test-app.ts";

const adminKey = "an administrator's key of more than thirty-two bytes";

/** The addresses that Docent gives of itself to a caller with these headers. */
async function addressesOf(
  settings: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
) {
  const docent = await createTestApp({ ADMIN_API_KEY: adminKey, ...settings });
  onTestFinished(() => docent.close());
  const document = { path: "boats.md", content: "# Boats\n\nBoats float." };
  await docent.post("/api/documents", document, { authorization: `Bearer ${adminKey}` });
  const list = await (await docent.fetch("/llms.txt", { headers })).text();
  const metadata = await docent.fetch("/.well-known/oauth-protected-resource", { headers });
  const refused = await docent.fetch("/mcp", {
    method: "POST",
    headers: { ...headers, authorization: "Bearer wrong", "content-type": "application/json" },
    body: "{}",
  });
  const challenge = refused.headers.get("www-authenticate") ?? "";
  return {
    link: /\((\w+:\/\/[^/]+)\/llms\//.exec(list)?.[1],
    resource: new URL((await metadata.json()).resource).origin,
    challenge: /resource_metadata="(\w+:\/\/[^/]+)\//.exec(challenge)?.[1],
  };
}

const all = (address: string) => ({ link: address, resource: address, challenge: address });
const https = { "x-forwarded-proto": "https" };

describe("links to Docent itself", () => {
  test("begin with https behind a trusted proxy that ends TLS", async () => {
    expect(await addressesOf({ TRUSTED_PROXIES: "1" }, https)).toEqual(
      all("https://localhost:7860"),
    );
  });

  test("ignore what a client writes before the proxies, and what is no scheme", async () => {
    const chained = { "x-forwarded-proto": "https, http, http" };
    const two = { TRUSTED_PROXIES: "2" };
    expect(await addressesOf(two, chained)).toEqual(all("http://localhost:7860"));
    expect(await addressesOf(two, https)).toEqual(all("https://localhost:7860"));
    const odd = { "x-forwarded-proto": "javascript" };
    expect(await addressesOf(two, odd)).toEqual(all("http://localhost:7860"));
  });

  test("keep the request's scheme where no proxy is trusted", async () => {
    expect(await addressesOf({}, https)).toEqual(all("http://localhost:7860"));
  });

  test("begin with PUBLIC_URL where it is set", async () => {
    const settings = { TRUSTED_PROXIES: "1", PUBLIC_URL: "https://book.example" };
    expect(await addressesOf(settings, { "x-forwarded-proto": "http" })).toEqual(
      all("https://book.example"),
    );
  });
});
