import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const script = "console.log('the interactive page');".repeat(1000);
const body = new TextEncoder().encode(script);
const path = "/docs/swagger-ui-bundle.js";

let docent: TestApp;
beforeAll(async () => {
  const file = {
    body,
    gzip: new Uint8Array(gzipSync(body)),
    mediaType: "text/javascript",
    etag: "v1",
  };
  const assets = { read: () => Promise.resolve(file) };
  docent = await createTestApp({ READ_RATE_LIMIT: "5/60s" }, { assets });
});
afterAll(() => docent.close());

const get = (headers: Record<string, string>, method = "GET") =>
  docent.fetch(path, { headers, method });

test.each(["gzip", "deflate, gzip;q=0.5, br", "br,GZIP", "gzip; q=1"])(
  "the API page's script is sent compressed to a client that accepts %s",
  async (accepted) => {
    const response = await get({ "accept-encoding": accepted });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(response.headers.get("vary")).toBe("accept-encoding, origin");
    const sent = new Uint8Array(await response.arrayBuffer());
    expect(response.headers.get("content-length")).toBe(String(sent.length));
    expect(sent.length).toBeLessThan(1000);
    expect(gunzipSync(sent).toString()).toBe(script);
  },
);

test.each(["identity", "", "gzip;q=0", "br, gzip;q=0.0", "x-gzip-like"])(
  "and as it is to one that accepts %j",
  async (accepted) => {
    const response = await get({ "accept-encoding": accepted });
    expect(response.headers.has("content-encoding")).toBe(false);
    expect(await response.text()).toBe(script);
    const head = await get({ "accept-encoding": accepted }, "HEAD");
    expect(head.headers.get("content-length")).toBe(String(body.length));
  },
);

test("a client keeps it, and is told when it is still the same", async () => {
  const first = await get({});
  expect(first.headers.get("cache-control")).toBe("public, max-age=3600");
  const etag = first.headers.get("etag") ?? "";
  const again = await get({ "if-none-match": etag });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe("");
  expect(again.headers.get("etag")).toBe(etag);
  expect((await get({ "if-none-match": '"v0"' })).status).toBe(200);
});

test("it is counted as reading", async () => {
  const statuses = [];
  for (let sent = 0; sent < 6; sent += 1) {
    const response = await docent.fetch(path, {}, { clientAddress: "192.0.2.1" });
    statuses.push(response.status);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
});
