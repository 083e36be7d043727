// An answer whose server crashed: the page says so, at once and when it comes back.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { builtPage } from "../support/servers/built.ts";
import { startChatStandIn, type ChatStandIn } from "../support/stand-ins/chat-stand-in.ts";
import { ask, overflow, visit, waitForAnswer } from "../support/clients/visitor.ts";

const chromium = findChromium();

describe.skipIf(!chromium)("an answer that was cut off", () => {
  let browser: Browser;
  let server: ChatStandIn;

  beforeAll(async () => {
    [browser, server] = await Promise.all([
      openBrowser(chromium ?? ""),
      startChatStandIn(builtPage()),
    ]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  /** Once the page shows what was sent; the server is back when the page has said that it waits. */
  async function crash(page: Page): Promise<void> {
    await page.locator(".answer-text").getByText("Set ALLOWED_ORIGINS").waitFor();
    server.breakOff();
    await page.getByText("Waiting for the rest of the answer…").waitFor();
    server.comeBack();
  }

  test("by a crash says so, over a reload too, and can be asked again", async () => {
    const { page, complaints, leave } = await visit(browser, server.url);
    await ask(page, "whole");
    await waitForAnswer(page);
    const whole = await page.locator(".answer-text").innerText();
    await page.getByRole("button", { name: "New conversation" }).click();
    await ask(page, "crash");
    await crash(page);
    const trouble = page.locator(".trouble");
    await trouble.getByText("This answer was cut off.").waitFor();
    const said = await page.locator(".answer-text").innerText();
    expect(said).toContain("Set ALLOWED_ORIGINS");
    expect(said.length).toBeLessThan(whole.length);
    expect(await page.getByText("Waiting for the rest").count()).toBe(0);
    expect(await page.getByRole("button", { name: "Copy answer" }).count()).toBe(1);
    await page.reload();
    await trouble.getByText("This answer was cut off.").waitFor();
    expect(await page.locator(".answer-text").innerText()).toBe(said);
    expect(await page.locator(".question").count()).toBe(1);
    await trouble.getByRole("button", { name: "Try again" }).click();
    await page.locator(".answer-text").getByText("Credentials travel only").waitFor();
    await waitForAnswer(page);
    expect(await trouble.count()).toBe(0);
    expect(await page.locator(".answer-text").innerText()).toBe(whole);
    expect(await page.locator(".question").count()).toBe(1);
    // Now an answer stands behind it: it says so still, without a second attempt.
    await page.reload();
    await waitForAnswer(page);
    const [first, second] = await page.locator(".answer").allInnerTexts();
    expect(first).toContain("This answer was cut off.");
    expect(second).not.toContain("cut off");
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("at its greatest length says so, over a reload too", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "to the greatest length");
    await page.getByText("This answer reached its greatest length.").waitFor();
    await page.reload();
    await page.getByText("This answer reached its greatest length.").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await leave();
  });

  test("fits on a phone", async () => {
    const { page, leave } = await visit(browser, server.url, {
      viewport: { width: 390, height: 844 },
    });
    await ask(page, "crash on a phone");
    await crash(page);
    await page.locator(".trouble").getByRole("button", { name: "Try again" }).waitFor();
    expect(await overflow(page)).toBe(0);
    await leave();
  });
});
