// Where the focus is after what had it has gone, and what is copied while a dialog is open.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { ask, visit, waitForAnswer } from "../support/clients/visitor.ts";
import { visitAs, startPageServer, type PageServer } from "../support/servers/page-server.ts";

const chromium = findChromium();
const focused = "document.activeElement.textContent.trim()";

describe.skipIf(!chromium)("the page for somebody who presses keys", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([
      openBrowser(chromium ?? ""),
      startPageServer({
        CHAT_RATE_LIMIT: "1000/60s",
        CHAT_ADDRESS_LIMIT: "1000/60s",
        SUGGESTIONS: "What is a joint?",
      }),
    ]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  test("copies a new key over plain HTTP, where browsers have no clipboard for pages", async () => {
    const member = await server.register("plain@example.org");
    const permissions = ["clipboard-read", "clipboard-write"];
    const { page, leave } = await visitAs(member, browser, server.url, { permissions });
    await page.evaluate("clipboard = navigator.clipboard");
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByLabel("What is the key for?").fill("a script");
    await page.getByRole("button", { name: "Create key" }).click();
    const key = await page.locator(".new-key code").innerText();
    await page.getByRole("button", { name: "Copy key" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("clipboard.readText()")).toBe(key);
    await leave();
  });

  test("stays in the lists of keys and devices when an entry is gone", async () => {
    const member = await server.register("tidy@example.org");
    await fetch(`${server.url}/api/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: member.email, password: member.password }),
    });
    for (const name of ["one", "two"])
      await member.call("POST", "/api/auth/keys", { name, scopes: ["chat"] });
    const { page, leave } = await visitAs(member, browser, server.url);
    await page.getByRole("button", { name: /^Account/ }).click();
    await page.getByRole("button", { name: /^Sign out \S/ }).press("Enter");
    await page.getByText("That device is signed out.").waitFor();
    await expect.poll(() => page.evaluate(focused)).toMatch(/^\S.*This device$/);
    await page.getByRole("button", { name: "Delete key one" }).press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).press("Enter");
    await page.getByRole("button", { name: "Delete key one" }).waitFor({ state: "detached" });
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.ariaLabel")).toBe("Delete key two");
    await leave();
  });

  test.each([
    [640, 360],
    [320, 200],
  ])("finds every entry of a conversation's menu in a window of %i × %i", async (width, height) => {
    const member = await server.register(`low-${height}@example.org`);
    for (const message of ["one", "two"])
      await (await member.call("POST", "/api/chat", { message })).text();
    const viewport = { width, height };
    const { page, leave } = await visitAs(member, browser, server.url, { viewport });
    await page.locator("#rail-toggle").click();
    await page.getByRole("button", { name: "More for: one" }).click();
    const menu = page.locator(".menu:popover-open");
    await menu.waitFor();
    const box = await menu.boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
    await menu.getByRole("button", { name: "Rename" }).click();
    await page.getByLabel("Title of the conversation").waitFor();
    await leave();
  });

  test("keeps older conversations in the list, and the focus there", async () => {
    const member = await server.register("long-standing@example.org");
    for (let each = 1; each <= 55; each += 1)
      await (await member.call("POST", "/api/chat", { message: `number ${each}` })).text();
    const { page, leave } = await visitAs(member, browser, server.url);
    const rows = page.locator(".conversation");
    await page.getByRole("button", { name: "Show older" }).press("Enter");
    await expect.poll(() => rows.count()).toBe(55);
    expect(await page.evaluate(focused)).toBe("number 5");
    for (const [title, next] of [
      ["number 3", "number 2"],
      ["number 1", "number 2"],
    ]) {
      await page.getByRole("button", { name: `More for: ${title}`, exact: true }).press("Enter");
      await page
        .locator(".menu:popover-open")
        .getByRole("button", { name: "Delete" })
        .press("Enter");
      await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).press("Enter");
      await expect.poll(() => page.evaluate(focused)).toBe(next);
    }
    await ask(page, "number 56");
    await waitForAnswer(page);
    await page.getByRole("link", { name: "number 56", exact: true }).waitFor();
    expect(await rows.count()).toBe(54);
    expect(await rows.last().innerText()).toBe("number 2");
    await leave();
  });

  test("opens no keyboard over the answer to a suggested question on a phone", async () => {
    const { page, leave } = await visit(browser, server.url, {
      viewport: { width: 360, height: 640 },
      hasTouch: true,
      isMobile: true,
    });
    await page.locator(".suggestion").first().tap();
    await waitForAnswer(page);
    expect(await page.evaluate("document.activeElement.localName")).toBe("main");
    await leave();
  });

  test("goes on to the tasks that were shown last", async () => {
    const member = await server.register("busy@example.org");
    for (let each = 1; each <= 51; each += 1)
      await member.call("POST", "/api/tasks", { title: `task ${each}` });
    const { page, leave } = await visitAs(member, browser, server.url);
    await page.getByRole("button", { name: "Show more" }).press("Enter");
    await page.getByRole("button", { name: "task 1", exact: true }).waitFor();
    await expect
      .poll(() => page.evaluate("document.activeElement.labels?.[0].textContent"))
      .toBe("Done: task 1");
    await leave();
  });
});
