// The row of buttons under an answer: copy, regenerate, good, bad.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { startPageServer, visitAs, type PageServer } from "../support/servers/page-server.ts";
import { ask, overflow, visit, waitForAnswer } from "../support/clients/visitor.ts";

const chromium = findChromium();
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(!chromium)("the buttons under an answer", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([openBrowser(chromium ?? ""), startPageServer()]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  async function asked(options = {}) {
    const visitor = await visit(browser, server.url, options);
    const chats = recordBodies(visitor.page, "/api/chat");
    await ask(visitor.page, "One?");
    await waitForAnswer(visitor.page);
    const button = (name: string) => visitor.page.getByRole("button", { name });
    return { ...visitor, chats, button };
  }

  test("copy the answer, and say so", async () => {
    const { page, button, leave } = await asked({ permissions: ["clipboard-write"] });
    await button("Copy answer").click();
    await page.getByRole("status").getByText("Copied").waitFor();
    expect(await button("Copy answer").getAttribute("title")).toBe("Copy answer");
    await leave();
  });

  test("regenerate the last answer alone, in its place, over a reload too", async () => {
    const { page, chats, button, complaints, leave } = await asked();
    await ask(page, "Two?");
    await page.locator(".answer").nth(1).getByRole("button", { name: "Copy answer" }).waitFor();
    expect(await button("Regenerate answer").count()).toBe(1);
    await button("Regenerate answer").focus();
    await page.keyboard.press("Enter");
    await page.locator(".answer:not([aria-busy])").nth(1).waitFor();
    await expect.poll(() => chats.length).toBe(3);
    expect(chats[2]).toMatchObject({ message: "Two?", replaces: expect.any(String) });
    const focused = "document.activeElement.matches('.answer:last-of-type')";
    expect(await page.evaluate<boolean>(focused)).toBe(true);
    await button("Regenerate answer").click();
    await expect.poll(() => chats.length).toBe(4);
    expect(chats[3]?.["replaces"]).not.toBe(chats[2]?.["replaces"]);
    await page.locator(".answer:last-of-type:not([aria-busy])").waitFor();
    await page.reload();
    await waitForAnswer(page);
    expect(await page.locator(".question").allInnerTexts()).toEqual(["One?", "Two?"]);
    expect(await page.locator(".answer").count()).toBe(2);
    await button("Regenerate answer").click();
    await expect.poll(() => chats.length).toBe(5);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("keep the answer where it cannot be regenerated now", async () => {
    const { page, button, leave } = await asked();
    await page.route("**/api/chat", (route) =>
      route.fulfill({ status: 429, json: { code: "rate_limited", detail: "Too fast." } }),
    );
    await button("Regenerate answer").click();
    await page.getByRole("alert").getByText("Too fast.").waitFor();
    expect(await page.getByText("Here is an answer.").isVisible()).toBe(true);
    await page.unroute("**/api/chat");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("alert").waitFor({ state: "detached" });
    await waitForAnswer(page);
    expect(await page.locator(".answer").count()).toBe(1);
    await leave();
  });

  test("keep the answer, and themselves, where its regeneration is stopped before it begins", async () => {
    const { page, button, leave } = await asked();
    await page.route("**/api/chat", () => undefined);
    await button("Regenerate answer").click();
    await button("Stop answering").click();
    await button("Stop answering").waitFor({ state: "hidden" });
    expect(await page.locator(".answer").count()).toBe(1);
    expect(await button("Regenerate answer").isVisible()).toBe(true);
    await leave();
  });

  test("do not repeat what changes tasks", async () => {
    const member = await server.register("gardener@example.org");
    const { page, leave } = await visitAs(member, browser, server.url);
    await ask(page, "add water the plants");
    await waitForAnswer(page);
    expect(await page.getByRole("button", { name: "Regenerate answer" }).count()).toBe(0);
    await leave();
  });

  test.each([
    ["in a wide window", {}],
    ["on a phone, dark", { ...phone, colorScheme: "dark" }],
  ])("take a vote and a note by keyboard alone, %s", async (_, options) => {
    const { page, button, complaints, leave } = await asked(options);
    const votes = recordBodies(page, "/feedback");
    const [good, bad] = [button("Good answer"), button("Bad answer")];
    await good.focus();
    await page.keyboard.press("Enter");
    await page.getByText("Thank you.").waitFor();
    expect(await good.getAttribute("aria-pressed")).toBe("true");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    const field = page.getByLabel("What was wrong?");
    await field.waitFor();
    expect(await good.getAttribute("aria-pressed")).toBe("false");
    expect(await overflow(page)).toBe(0);
    await page.keyboard.press("Tab");
    await page.keyboard.type("It is about pears.");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("Your note was sent.").waitFor();
    expect(await field.count()).toBe(0);
    expect(await page.evaluate<string>("document.activeElement.title")).toBe("Bad answer");
    expect(votes).toEqual([
      { vote: "good" },
      { vote: "bad" },
      { vote: "bad", note: "It is about pears." },
    ]);
    await page.reload();
    await waitForAnswer(page);
    expect(await bad.getAttribute("aria-pressed")).toBe("true");
    await bad.click();
    await expect.poll(() => votes.at(-1)).toEqual({ vote: null });
    expect(await bad.getAttribute("aria-pressed")).toBe("false");
    expect(complaints).toEqual([]);
    await leave();
  });

  test("close the note with Escape, and take a vote back that could not be stored", async () => {
    const { page, button, leave } = await asked();
    await button("Bad answer").click();
    await page.getByLabel("What was wrong?").press("Escape");
    expect(await page.getByLabel("What was wrong?").count()).toBe(0);
    await page.route("**/feedback", (route) =>
      route.fulfill({ status: 503, json: { code: "unavailable", detail: "Not now." } }),
    );
    await button("Good answer").click();
    await page.getByText("Not now.").waitFor();
    expect(await button("Good answer").getAttribute("aria-pressed")).toBe("false");
    expect(await button("Bad answer").getAttribute("aria-pressed")).toBe("true");
    await leave();
  });
});

/** The bodies of all requests to a path, as they are sent. */
function recordBodies(page: Page, path: string): Record<string, unknown>[] {
  const bodies: Record<string, unknown>[] = [];
  page.on("request", (request) => {
    const isIt = new URL(request.url()).pathname.endsWith(path);
    if (isIt) bodies.push(request.postDataJSON() as Record<string, unknown>);
  });
  return bodies;
}
