// What a real server rarely does, and the page must bear: answers that are slow, break off or attack.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { builtPage } from "../support/servers/built.ts";
import { startChatStandIn, type ChatStandIn } from "../support/stand-ins/chat-stand-in.ts";
import { ask, overflow, visit, waitForAnswer } from "../support/clients/visitor.ts";

const chromium = findChromium();

describe.skipIf(!chromium)("the page in trouble", () => {
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

  test("shows an answer while it is being written", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "whole, word by word");
    const length = async () => ((await page.locator(".answer-text").textContent()) ?? "").length;
    for (let words = 1, shown = 0; words <= 12; words += 1, shown = await length()) {
      server.sayWords(words);
      await expect.poll(length).toBeGreaterThan(shown);
    }
    expect(await page.getByRole("button", { name: "Copy answer" }).count()).toBe(0);
    server.sayWords(Infinity);
    await waitForAnswer(page);
    await leave();
  });

  test("marks what the documents do not say, for eyes and for ears, over a reload too", async () => {
    const { page, complaints, leave } = await visit(browser, server.url);
    await ask(page, "an invented one");
    await waitForAnswer(page);
    const marks = page.locator(".answer-text .unsupported");
    const said = "Origins are also read from a file on the moon (not found in the documents)";
    expect((await marks.allTextContents()).join("")).toBe(said);
    expect(await marks.first().getAttribute("title")).toBe("Not found in the documents");
    expect(await page.locator(".answer-text p").innerText()).toContain("Commas separate them.");
    await page.reload();
    await waitForAnswer(page);
    expect((await marks.allTextContents()).join("")).toBe(said);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("stops an answer and keeps what was said, over a reload too", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "a long one, word by word");
    server.sayWords(10);
    await page.locator(".answer-text p").first().waitFor();
    await page.getByRole("button", { name: "Stop answering" }).click();
    await page.getByText("Stopped").waitFor();
    const said = await page.locator(".answer-text").innerText();
    expect(said).toContain("A word");
    expect(server.requests.some((line) => /^POST \/api\/chat\/.+\/stop$/.test(line))).toBe(true);
    await page.reload();
    await page.getByText("Stopped").waitFor();
    expect(await page.locator(".answer-text").innerText()).toBe(said);
    await leave();
  });

  test("resumes an answer whose connection broke, without a gap or a repetition", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "whole");
    await waitForAnswer(page);
    const whole = await page.locator(".answer-text").innerText();
    await page.getByRole("button", { name: "New conversation" }).click();
    await ask(page, "dropped, word by word");
    server.sayWords(20);
    await page.locator(".answer-text").getByText("Set ALLOWED_ORIGINS").waitFor();
    server.breakOff();
    await page.getByText("Reconnecting…").waitFor();
    server.sayWords(Infinity);
    await waitForAnswer(page);
    expect(await page.locator(".answer-text").innerText()).toBe(whole);
    expect(await page.getByText("Reconnecting…").count()).toBe(0);
    await leave();
  });

  test("takes up a running answer after a reload", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "whole, word by word");
    server.sayWords(10);
    await page.locator(".answer-text p").first().waitFor();
    await page.reload();
    await page.locator(".answer-text p").first().waitFor();
    server.sayWords(Infinity);
    await waitForAnswer(page);
    expect(await page.locator(".answer-text").innerText()).toContain("Credentials travel only");
    expect(await page.locator(".answer").count()).toBe(1);
    await leave();
  });

  test("says why it cannot answer, counts down and tries again", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "busy");
    await page.getByRole("alert").getByText("You are asking faster").waitFor();
    const trouble = page.locator(".trouble");
    expect(await trouble.getByRole("button").isDisabled()).toBe(true);
    await trouble.getByRole("button", { name: "Try again", exact: true }).click();
    await waitForAnswer(page);
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(await page.locator(".question").count()).toBe(1);
    await leave();
  });

  test("offers to try again after an answer that failed for now", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "silent");
    await page.getByRole("alert").getByText("A service failed.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await waitForAnswer(page);
    await leave();
  });

  test.each([
    ["an answer that failed for good", "refused", "A service failed."],
    ["a setting that is missing", "unset", "JWT_SECRET must be set"],
  ])("does not offer to try again after %s", async (_, question, words) => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, question);
    await page.getByRole("alert").getByText(words).waitFor();
    expect(await page.locator(".trouble").getByRole("button").count()).toBe(0);
    await leave();
  });

  test("counts down when somebody tries to sign in too often", async () => {
    const { page, leave } = await visit(browser, server.url);
    await page.getByRole("button", { name: "Sign in" }).click();
    const dialog = page.getByRole("dialog", { name: "Sign in" });
    await dialog.getByLabel("Email").fill("somebody@example.org");
    await dialog.getByLabel("Password", { exact: true }).fill("a guess");
    await page.keyboard.press("Enter");
    await dialog.getByText("Too many requests.").waitFor();
    expect(await dialog.getByRole("button", { name: /^Sign in/ }).isDisabled()).toBe(true);
    await dialog.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    expect(await dialog.getByRole("button", { name: /^Sign in/ }).isEnabled()).toBe(true);
    await leave();
  });

  test("says what an answer was made without", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "degraded");
    await page.getByText("Answered without the language model").waitFor();
    await leave();
  });

  test("waits for a server that is still starting", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "starting");
    await page.getByText("Docent is waking up…").waitFor();
    await waitForAnswer(page);
    await leave();
  });

  test("tells that it is offline", async () => {
    const { page, leave } = await visit(browser, server.url);
    await page.context().setOffline(true);
    await ask(page, "anyone there?");
    await page.getByRole("alert").getByText("You seem to be offline.").waitFor();
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await waitForAnswer(page);
    await leave();
  });

  test("shows hostile answers and sources as the text they are", async () => {
    const { page, complaints, outside, leave } = await visit(browser, server.url);
    await ask(page, "hostile");
    await waitForAnswer(page);
    const links = "[...document.querySelectorAll('#log a')].map((link) => link.protocol)";
    expect(new Set(await page.evaluate<string[]>(links))).toEqual(new Set(["https:"]));
    expect(await page.locator("#log img, #log script, #log iframe").count()).toBe(0);
    expect(await page.locator(".answer-text").innerText()).toContain('<img src=x onerror="');
    expect(await page.locator(".answer-text .citation").count()).toBe(1);
    await page.getByText("Also read").click();
    const entry = page.getByRole("listitem").filter({ hasText: "Front ends" });
    await entry.getByRole("button").click();
    await page.getByRole("dialog").waitFor();
    expect(await page.getByRole("dialog").locator("img, a").count()).toBe(0);
    expect(await overflow(page)).toBe(0);
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(complaints).toEqual([]);
    expect(outside).toEqual([]);
    await leave();
  });

  test("leaves a reader who scrolled up where they are", async () => {
    const { page, leave } = await visit(browser, server.url, {
      viewport: { width: 600, height: 400 },
    });
    await ask(page, "a long one");
    await waitForAnswer(page);
    await ask(page, "another long one, word by word");
    server.sayWords(50);
    await page.locator(".answer").nth(1).locator("p").first().waitFor();
    await page.evaluate("document.querySelector('main').scrollTop = 0");
    await page.getByRole("button", { name: "Jump to latest" }).waitFor();
    server.sayWords(Infinity);
    await page.getByRole("button", { name: "Copy answer" }).nth(1).waitFor();
    expect(await page.evaluate("document.querySelector('main').scrollTop")).toBe(0);
    await leave();
  });

  test.each([
    ["renews an expired guest and keeps the conversation", "refresh", 2],
    ["goes on as a new guest when the old one cannot be renewed", "gone", 1],
  ])("%s", async (_, refreshToken, questions) => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "first");
    await waitForAnswer(page);
    const tokens = JSON.stringify({ access_token: "expired", refresh_token: refreshToken });
    await page.evaluate(`localStorage.setItem("docent.tokens", ${JSON.stringify(tokens)})`);
    await ask(page, "second");
    await page.getByRole("button", { name: "Copy answer" }).nth(1).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.reload();
    await waitForAnswer(page);
    expect(await page.locator(".question").count()).toBe(questions);
    await leave();
  });

  test("begins afresh, quietly, when the conversation of the last visit is gone", async () => {
    const { page, complaints, leave } = await visit(browser, server.url);
    await page.evaluate('localStorage.setItem("docent.conversation", "gone")');
    await page.reload();
    await page.getByRole("heading", { name: "Ask the documents" }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("sets right-to-left text from the right", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "سؤال عربي");
    await waitForAnswer(page);
    const direction = "getComputedStyle(document.querySelector('.answer-text p')).direction";
    expect(await page.evaluate(direction)).toBe("rtl");
    await leave();
  });
});
