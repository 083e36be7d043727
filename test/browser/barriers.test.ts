import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createExtractiveModel } from "../../adapters/language-models/extractive/model.ts";
import { findBarriers } from "../support/clients/axe.ts";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { startPageServer, visitAs, type PageServer } from "../support/servers/page-server.ts";
import { ask, inEachScheme, visit, waitForAnswer } from "../support/clients/visitor.ts";

const chromium = findChromium();
const key = "the operator's key of at least thirty-two bytes";
const content = [
  "# The lighthouse",
  "## When is the lantern lit?",
  "The lantern is lit at dusk, by the keeper's daughter:",
  "- in summer late\n- in winter early",
  "| month | hour |\n|---|---|\n| June | 22 |\n| December | 16 |",
  "```sh\nlight --lantern --now\n```",
].join("\n\n");

const look = (page: Page, what: string) =>
  inEachScheme(page, async (scheme) =>
    expect(await findBarriers(page), `${what}, ${scheme}`).toEqual([]),
  );

describe.skipIf(!chromium)("the chat page has no barriers", () => {
  let browser: Browser;
  /** With a model that quotes, and with one that calls tools. */
  let quoting: PageServer;
  let calling: PageServer;

  beforeAll(async () => {
    [browser, quoting, calling] = await Promise.all([
      openBrowser(chromium ?? ""),
      startPageServer({ ADMIN_API_KEY: key }, createExtractiveModel()),
      startPageServer(),
    ]);
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const body = JSON.stringify({ path: "lighthouse.md", content });
    await fetch(`${quoting.url}/api/documents`, { method: "POST", headers, body });
  });
  afterAll(async () => {
    await Promise.all([quoting?.stop(), calling?.stop()]);
  });

  test.each([1280, 390])("for a guest, at %i pixels, light or dark", async (width) => {
    const viewport = { width, height: 800 };
    const { page, leave } = await visit(browser, quoting.url, {
      viewport,
      reducedMotion: "reduce",
    });
    await page.locator(".suggestion").first().waitFor();
    await look(page, "suggestions");
    await page.getByRole("button", { name: "Sign in", exact: true }).first().click();
    await page.getByRole("dialog", { name: "Sign in" }).waitFor();
    await look(page, "signing in");
    await page.keyboard.press("Escape");
    await ask(page, "When is the lantern lit?");
    await waitForAnswer(page);
    await look(page, "an answer");
    await page.locator(".citation").first().click();
    await page.getByRole("dialog").waitFor();
    await look(page, "a passage");
    await leave();
  });

  test.each([
    ["light", 1280],
    ["dark", 390],
  ] as const)("for a user, %s at %i pixels", async (colorScheme, width) => {
    const member = await calling.register(`${colorScheme}@example.org`);
    for (const title of ["keep me", "drop me"]) await member.call("POST", "/api/tasks", { title });
    const viewport = { width, height: 800 };
    const options = { colorScheme, viewport, reducedMotion: "reduce" } as const;
    const { page, leave } = await visitAs(member, browser, calling.url, options);
    await ask(page, "tidy up");
    await waitForAnswer(page);
    await page.getByRole("region", { name: "Approval needed" }).first().waitFor();
    expect(await findBarriers(page), "an approval").toEqual([]);
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByText("API keys").first().waitFor();
    await expect.poll(() => page.locator("[aria-busy=true]:visible").count()).toBe(0);
    expect(await findBarriers(page), "the account").toEqual([]);
    await leave();
  });
});
