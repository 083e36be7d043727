// What stands in the way of reading: buttons that outlast their use, alerts that do not end, and a page wider than its window.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { builtPage } from "../support/servers/built.ts";
import { startChatStandIn, type ChatStandIn } from "../support/stand-ins/chat-stand-in.ts";
import { ask, visit, waitForAnswer } from "../support/clients/visitor.ts";

const chromium = findChromium();

describe.skipIf(!chromium)("a reader", () => {
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

  test("is not offered the latest of a conversation that they have left", async () => {
    const { page, leave } = await visit(browser, server.url, {
      viewport: { width: 600, height: 400 },
    });
    const latest = page.getByRole("button", { name: "Jump to latest" });
    await ask(page, "a long one");
    await waitForAnswer(page);
    await page.evaluate("document.querySelector('main').scrollTop = 0");
    await latest.waitFor();
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByRole("heading", { name: "Ask the documents" }).waitFor();
    expect(await latest.isVisible()).toBe(false);
    // What to ask may be longer than a low window.
    await page.setViewportSize({ width: 600, height: 240 });
    await page.evaluate("document.querySelector('main').scrollTop = 20");
    await page.evaluate("new Promise(requestAnimationFrame)");
    expect(await latest.isVisible()).toBe(false);
    await leave();
  });

  test("is not offered to try an earlier question again below, or during, a later answer", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "busy with an earlier question");
    const again = page.locator(".trouble").getByRole("button");
    await again.waitFor();
    await ask(page, "a later one, word by word");
    expect(await again.isVisible()).toBe(false);
    server.sayWords(Infinity);
    await waitForAnswer(page);
    expect(await again.isVisible()).toBe(false);
    expect(await page.getByText("You are asking faster").isVisible()).toBe(true);
    await leave();
  });

  test("is offered to open a conversation again that could not be read, even after asking in it", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "one");
    await waitForAnswer(page);
    await page.route("**/api/conversations/*", (route) => route.abort());
    await page.reload();
    await page.getByRole("alert").waitFor();
    await ask(page, "two");
    await waitForAnswer(page);
    await page.unroute("**/api/conversations/*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".question").nth(1).waitFor();
    expect(await page.locator(".question").allInnerTexts()).toEqual(["one", "two"]);
    await leave();
  });

  test("is told once why to wait, not at every second", async () => {
    const { page, leave } = await visit(browser, server.url);
    await ask(page, "busy for a while");
    await page.getByRole("alert").waitFor();
    await page.evaluate(
      "changes = 0; new MutationObserver(() => (changes += 1)).observe(" +
        "document.querySelector('[role=alert]'), { subtree: true, childList: true, characterData: true })",
    );
    await page.getByRole("button", { name: "Try again", exact: true }).waitFor();
    expect(await page.evaluate("changes")).toBe(0);
    await leave();
  });

  test("with a phone is shown no more than its width, whatever is read out of a table", async () => {
    const viewport = { width: 360, height: 640 };
    const { page, leave } = await visit(browser, server.url, { viewport, isMobile: true });
    const sentence = "FIRST_TOKEN_TIMEOUT_SECONDS is blue";
    const names = "ACCESS_TOKEN_EXPIRE_MINUTES | CORS_ALLOWED_ORIGINS | QDRANT_COLLECTION_NAME";
    await answerWith(
      page,
      `| a | b | c | d |\n|---|---|---|---|\n| ${names} | ${sentence} |`,
      sentence,
    );
    await ask(page, "a table");
    await page.getByText("(not found in the documents)").waitFor({ state: "attached" });
    const size = await page.evaluate("[innerWidth, document.documentElement.scrollWidth]");
    expect(size).toEqual([360, 360]);
    await leave();
  });
});

/** Makes the next answers this one, whose sentence no document supports. */
async function answerWith(page: Page, content: string, sentence: string): Promise<void> {
  const start = content.indexOf(sentence);
  const events = [
    { type: "metadata", conversation_id: crypto.randomUUID(), message_id: crypto.randomUUID() },
    {
      type: "done",
      content,
      sources: [],
      unsupported: [{ start, end: start + sentence.length }],
      finish_reason: "stop",
    },
  ];
  const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  await page.route("**/api/chat", (route) =>
    route.fulfill({ contentType: "text/event-stream", body }),
  );
}
