import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { startTestServer, type TestServer } from "../support/servers/test-server.ts";
import { ask, overflow, visit, waitForAnswer } from "../support/clients/visitor.ts";

const chromium = findChromium();
const question = "How do I allow my front end's origin?";

describe.skipIf(!chromium)("the page", () => {
  let browser: Browser;
  let server: TestServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([openBrowser(chromium ?? ""), startTestServer()]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  test("answers with sources, tells screen readers once, and asks nobody else", async () => {
    const { page, complaints, outside, leave } = await visit(browser, server.url);
    await ask(page, question);
    await waitForAnswer(page);
    expect(await page.getByRole("article", { name: "Question" }).innerText()).toBe(question);
    const answer = page.getByRole("article", { name: "Answer" });
    await answer.getByRole("button", { name: "Copy answer" }).waitFor();
    expect(await page.getByLabel("Sources").getByRole("button").count()).toBeGreaterThan(0);
    expect(await page.getByRole("status").filter({ hasText: "Answer:" }).count()).toBe(1);
    expect(complaints).toEqual([]);
    expect(outside).toEqual([]);
    await leave();
  });

  test("opens the passage behind a citation with the quoted words marked", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, question);
    await waitForAnswer(page);
    await page.locator(".citation").first().click();
    const panel = page.getByRole("dialog");
    await panel.waitFor();
    expect(await panel.locator("mark").count()).toBeGreaterThan(0);
    const focused = "document.activeElement.closest('dialog, .citation').localName";
    expect(await page.evaluate(focused)).toBe("dialog");
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "hidden" });
    expect(await page.evaluate(focused)).toBe("button");
    await leave();
  });

  test("keeps the conversation over a reload, until a new one is begun", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, question);
    await waitForAnswer(page);
    const answer = await page.locator(".answer-text").innerText();
    await page.reload();
    await waitForAnswer(page);
    expect(await page.locator(".question").innerText()).toBe(question);
    expect(await page.locator(".answer-text").innerText()).toBe(answer);
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByRole("heading", { name: "Ask the documents" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Ask the documents" }).waitFor();
    expect(await page.locator(".question").count()).toBe(0);
    await leave();
  });

  test("can be used by keyboard alone", async () => {
    const { page, leave } = await visit(browser, server.url);
    await page.locator(".suggestion").first().waitFor();
    await page.keyboard.type("one");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("two");
    expect(await page.getByLabel("Your question").inputValue()).toBe("one\ntwo");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(question);
    await page.keyboard.press("Enter");
    await waitForAnswer(page);
    let stops = 0;
    const focused = (): Promise<string> =>
      page.evaluate<string>("document.activeElement.className || document.activeElement.id");
    while (!(await focused()).includes("citation") && stops++ < 30) {
      await page.keyboard.press("Shift+Tab");
    }
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await focused()).toContain("citation");
    await leave();
  });

  test("asks a suggested question at a click", async () => {
    const { page, leave } = await visit(browser, server.url);
    const suggestion = page.locator(".suggestion").first();
    const text = await suggestion.innerText();
    await suggestion.click();
    await waitForAnswer(page);
    expect(await page.locator(".question").innerText()).toBe(text);
    await leave();
  });

  test("fits a phone 320 or 390 pixels wide", async () => {
    const options = { viewport: { width: 320, height: 720 }, hasTouch: true, isMobile: true };
    const { page, leave } = await visit(browser, server.url, options);
    await ask(page, `${question} ${"https://example.app/".repeat(12)}`);
    await waitForAnswer(page);
    const look = async () => {
      for (const width of [320, 390]) {
        await page.setViewportSize({ width, height: 720 });
        expect(await overflow(page), String(width)).toBe(0);
      }
    };
    await look();
    const size = "parseFloat(getComputedStyle(document.querySelector('textarea')).fontSize)";
    expect(await page.evaluate(size)).toBeGreaterThanOrEqual(16);
    await page.locator(".card-line").first().click();
    await page.getByRole("dialog").waitFor();
    await look();
    await leave();
  });

  test("follows the system into the dark", async () => {
    const { page, leave } = await visit(browser, server.url, { colorScheme: "dark" });
    const colour = "getComputedStyle(document.body).backgroundColor";
    const dark = await page.evaluate<string>(colour);
    await page.emulateMedia({ colorScheme: "light" });
    expect(await page.evaluate<string>(colour)).not.toBe(dark);
    await leave();
  });

  test("works inside an iframe", async () => {
    const { page, complaints, leave } = await visit(browser, server.url);
    const around = `${server.url}/around`;
    const body = `<iframe src="${server.url}/" width="600" height="600"></iframe>`;
    await page.route(around, (route) => route.fulfill({ body, contentType: "text/html" }));
    await page.goto(around);
    const frame = page.frameLocator("iframe");
    await ask(frame, question);
    await waitForAnswer(frame);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("offers a guest who asks for a task the sign-in, and gives the request back", async () => {
    const { page, complaints, leave } = await visit(browser, server.url);
    await ask(page, "add a task to buy milk");
    const answer = page.getByRole("article", { name: "Answer" });
    await answer.getByRole("button", { name: "Sign in" }).click();
    const dialog = page.getByRole("dialog", { name: "Sign in" });
    await dialog.getByText("Sign in, then send your request.").waitFor();
    await dialog.getByRole("button", { name: "Create one" }).click();
    const account = page.getByRole("dialog", { name: "Create an account" });
    await account.getByLabel("Email").fill("milk@example.org");
    await account.getByLabel("Password", { exact: true }).fill("a long walk in the rain");
    await account.getByRole("button", { name: "Create account" }).click();
    await answer.getByRole("button", { name: "Sign in" }).waitFor({ state: "hidden" });
    expect(await page.getByLabel("Your question").inputValue()).toBe("add a task to buy milk");
    await page.getByLabel("Your question").press("Enter");
    await page.getByText("Added task “buy milk”").waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });

  test("counts the characters near the limit and refuses more", async () => {
    const { page, leave } = await visit(browser, server.url);
    const field = page.getByLabel("Your question");
    await field.fill("a".repeat(1950));
    expect(await page.locator("#counter").innerText()).toBe("50 characters left");
    await field.fill("a".repeat(2001));
    expect(await page.locator("#counter").innerText()).toBe("1 character over the limit");
    expect(await page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
    // As the server counts.
    await field.fill("🌳".repeat(1999));
    expect(await page.locator("#counter").innerText()).toBe("1 character left");
    await leave();
  });
});
