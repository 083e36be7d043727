import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const html = `<!doctype html><title>Docent</title>${"<p>Ask about the documents.</p>".repeat(100)}`;
const page = {
  body: new TextEncoder().encode(html),
  // Of a page without the operator's name: not to be sent.
  gzip: new Uint8Array([1, 2, 3]),
  mediaType: "text/html",
  etag: undefined,
};

let docent: TestApp;
beforeAll(async () => {
  const assets = { read: () => Promise.resolve(page) };
  docent = await createTestApp({ SITE_NAME: "The Robot Book" }, { assets });
});
afterAll(() => docent.close());

test.each(["/", "/c/one", "/admin"])(
  "%s is sent compressed, with the operator's name, to a browser that accepts it",
  async (path) => {
    const get = (encoding: string) =>
      docent.fetch(path, { headers: { accept: "text/html", "accept-encoding": encoding } });
    const [plain, small] = [await get("identity"), await get("gzip, br")];
    const text = await plain.text();
    expect(text).toContain("<title>The Robot Book</title>");
    const sent = new Uint8Array(await small.arrayBuffer());
    expect(gunzipSync(sent).toString()).toBe(text);
    expect(sent.length).toBeLessThan(text.length / 2);
    expect(small.headers.get("content-encoding")).toBe("gzip");
    expect(plain.headers.has("content-encoding")).toBe(false);
    for (const name of ["content-security-policy", "vary", "content-type"])
      expect(small.headers.get(name)).toBe(plain.headers.get(name));
    expect(plain.headers.get("vary")).toContain("accept-encoding");
  },
);
