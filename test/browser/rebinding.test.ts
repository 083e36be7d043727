import { afterAll, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { cleanUp, startServer } from "../support/servers/server-process.ts";

const chromium = findChromium();
afterAll(cleanUp);

test.skipIf(!chromium)("a page whose name was pointed to this machine reads nothing", async () => {
  const browser = await openBrowser(chromium ?? "");
  const server = await startServer();
  const { port } = new URL(server.url);
  // A page of the attacker's own has no policy of ours; /health answers under any name.
  const page = await browser.newPage({ bypassCSP: true });
  await page.goto(`http://evil.example:${port}/health`);
  const statuses = await page.evaluate(async () => {
    const forged = { "x-forwarded-for": "192.0.2.1", "user-agent": "curl", "accept-language": "" };
    const plain: RequestInit = { referrerPolicy: "no-referrer" };
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    const asked = await Promise.all([
      fetch("/api/documents", plain),
      fetch("/api/documents", { ...plain, headers: forged }),
      fetch("/api/documents", { ...plain, credentials: "omit", mode: "no-cors" }),
      fetch("/api/auth/guest", post),
    ]);
    return asked.map(({ status }) => status);
  });
  expect(statuses).toEqual([421, 421, 421, 421]);
  const own = await page.goto(`http://localhost:${port}/`);
  expect(own?.status()).toBe(200);
  await server.end("SIGTERM");
});
