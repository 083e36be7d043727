import { expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { startPageServer } from "../support/servers/page-server.ts";
import { visit } from "../support/clients/visitor.ts";

const chromium = findChromium();

test.skipIf(!chromium)("/docs shows every operation and lets one be tried", async () => {
  const [browser, server] = await Promise.all([openBrowser(chromium ?? ""), startPageServer()]);
  const { page, complaints, outside, leave } = await visit(browser, `${server.url}/docs`);
  await page.locator(".opblock").first().waitFor();
  const shown = await page.locator(".opblock").count();
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, object>;
  };
  const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
  expect(shown).toBe(operations.length);
  await page.locator(".opblock", { hasText: "/health" }).first().click();
  await page.getByRole("button", { name: "Execute" }).click();
  await page.getByText('"status": "healthy"').first().waitFor();
  expect(complaints).toEqual([]);
  expect(outside).toEqual([]);
  await leave();
  await server.stop();
});
