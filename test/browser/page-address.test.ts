import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { ask, overflow, visit, waitForAnswer } from "../support/clients/visitor.ts";
import { startPageServer, visitAs, type PageServer } from "../support/servers/page-server.ts";

const chromium = findChromium();
const named = /\/c\/[0-9a-f]{8}-[0-9a-f-]{27}$/;

describe.skipIf(!chromium)("the address of a conversation", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([
      openBrowser(chromium ?? ""),
      startPageServer({ SITE_NAME: "The Robot Book" }),
    ]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  test("survives a reload, back and forward, and opens in a new tab, with the title", async () => {
    const { page, complaints, leave } = await visit(browser, server.url);
    expect(await page.title()).toBe("The Robot Book");
    await ask(page, "the first of two");
    await waitForAnswer(page);
    const first = page.url();
    expect(first).toMatch(named);
    await title(page).toBe("the first of two · The Robot Book");
    for (const level of [1, 2])
      await page.getByRole("heading", { name: "the first of two", exact: true, level }).waitFor();
    await page.reload();
    await waitForAnswer(page);
    expect(page.url()).toBe(first);
    await title(page).toBe("the first of two · The Robot Book");

    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByRole("heading", { name: "Ask the documents" }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    expect(await page.title()).toBe("The Robot Book");
    await ask(page, "the second of two");
    await waitForAnswer(page);
    const second = page.url();
    expect(second).toMatch(named);
    expect(second).not.toBe(first);
    await page.goBack();
    await page.locator(".question", { hasText: "the first of two" }).waitFor();
    await waitForAnswer(page);
    expect(page.url()).toBe(first);
    await title(page).toBe("the first of two · The Robot Book");
    await page.goForward();
    await waitForAnswer(page);
    expect(page.url()).toBe(second);
    expect(await question(page)).toBe("the second of two");

    const tab = await page.context().newPage();
    await tab.goto(first);
    await waitForAnswer(tab);
    expect(await question(tab)).toBe("the first of two");
    await tab.goto(server.url);
    await tab.getByRole("heading", { name: "Ask the documents" }).waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });

  test("is a link in the list, which the keyboard opens and a held key opens in a new tab", async () => {
    const member = await server.register("linked@example.org");
    for (const message of ["about joints", "about motors"])
      await (await member.call("POST", "/api/chat", { message })).text();
    const { page, complaints, leave } = await visitAs(member, browser, server.url);
    const list = page.getByRole("navigation", { name: "Conversations" });
    const joints = list.getByRole("link", { name: "about joints", exact: true });
    await joints.waitFor();
    const focused = "document.activeElement.textContent";
    await page.locator("#home").focus();
    for (let stops = 0; stops < 12; stops += 1) {
      if ((await page.evaluate<string>(focused)) === "about joints") break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await waitForAnswer(page);
    expect(await question(page)).toBe("about joints");
    expect(page.url()).toMatch(named);
    expect(await joints.getAttribute("aria-current")).toBe("page");
    expect(await joints.getAttribute("href")).toBe(new URL(page.url()).pathname);

    const opening = page.context().waitForEvent("page");
    await list.getByRole("link", { name: "about motors" }).click({ modifiers: ["ControlOrMeta"] });
    const tab = await opening;
    await waitForAnswer(tab);
    expect(await question(tab)).toBe("about motors");
    expect(await question(page)).toBe("about joints");

    await page.getByRole("button", { name: "More for: about joints" }).focus();
    await page.keyboard.press("Enter");
    // The focus follows the menu a moment later; Enter before that would close it again.
    await expect.poll(() => page.evaluate<string>(focused)).toBe("Rename");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Joints, renamed");
    await page.keyboard.press("Enter");
    await title(page).toBe("Joints, renamed · The Robot Book");
    await page.getByRole("link", { name: "The Robot Book, home" }).click();
    await page.getByRole("heading", { name: "Ask the documents" }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("of another's conversation shows nothing of it, 1280 or 390 pixels wide", async () => {
    const owner = await server.register("owner@example.org");
    const stranger = await server.register("stranger@example.org");
    const asked = await owner.call("POST", "/api/chat", { message: "a secret of the owner's" });
    const [, id = ""] = /"conversation_id":"([^"]+)"/.exec(await asked.text()) ?? [];
    const address = `${server.url}/c/${id}`;
    const missing = { name: "This conversation cannot be opened" };

    for (const come of [() => visit(browser, address), () => visitAs(stranger, browser, address)]) {
      const { page, complaints, leave } = await come();
      await page.getByRole("heading", missing).waitFor();
      expect(await page.title()).toBe("Conversation not found · The Robot Book");
      expect(await page.content()).not.toContain("a secret");
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 720 });
        await page.getByRole("heading", missing).waitFor();
        expect(await overflow(page), String(width)).toBe(0);
      }
      expect(complaints).toEqual([]);
      await leave();
    }

    // The same words for a conversation that there never was.
    const { page, complaints, leave } = await visit(browser, `${server.url}/c/nothing`);
    await page.getByRole("heading", missing).waitFor();
    await page.getByRole("button", { name: "New conversation" }).last().click();
    await page.getByRole("heading", { name: "Ask the documents" }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    await page.goBack();
    await page.getByRole("heading", missing).waitFor();
    await ask(page, "asked all the same");
    await waitForAnswer(page);
    expect(page.url()).toMatch(named);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("opens after the owner has signed in", async () => {
    const owner = await server.register("later@example.org");
    const asked = await owner.call("POST", "/api/chat", { message: "what I asked at home" });
    const [, id = ""] = /"conversation_id":"([^"]+)"/.exec(await asked.text()) ?? [];
    const { page, complaints, leave } = await visit(browser, `${server.url}/c/${id}`);
    const missing = page.getByRole("region", { name: "This conversation cannot be opened" });
    await missing.getByRole("button", { name: "Sign in" }).click();
    const dialog = page.getByRole("dialog", { name: "Sign in" });
    await dialog.getByLabel("Email").fill(owner.email);
    await dialog.getByLabel("Password", { exact: true }).fill(owner.password);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await waitForAnswer(page);
    expect(await question(page)).toBe("what I asked at home");
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.getByRole("heading", { name: "Ask the documents" }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    expect(await page.content()).not.toContain("what I asked");
    expect(complaints).toEqual([]);
    await leave();
  });

  test("of a deleted conversation is not found, also where it was open", async () => {
    const member = await server.register("deleted@example.org");
    const { page, leave } = await visitAs(member, browser, server.url);
    await ask(page, "soon gone");
    await waitForAnswer(page);
    const id = page.url().split("/").at(-1);
    await member.call("DELETE", `/api/conversations/${id}`);
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await page.getByRole("heading", { name: "This conversation cannot be opened" }).waitFor();
    expect(await page.locator(".question").count()).toBe(0);
    await leave();
  });

  test("says so while the server cannot tell, and tries again", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "through an outage");
    await waitForAnswer(page);
    await page.route("**/api/conversations/*", (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: JSON.stringify({ code: "unavailable", detail: "The database is away." }),
      }),
    );
    await page.reload();
    await page.getByText("The database is away.").waitFor();
    await page.unroute("**/api/conversations/*");
    await page.getByRole("button", { name: "Try again" }).click();
    await waitForAnswer(page);
    expect(await question(page)).toBe("through an outage");
    await leave();
  });
});

function question(page: Page): Promise<string> {
  return page.locator(".question").innerText();
}

function title(page: Page) {
  return expect.poll(() => page.title(), { timeout: 60_000 });
}
