import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { ask, visit, waitForAnswer } from "../support/clients/visitor.ts";
import { startPageServer, visitAs, type PageServer } from "../support/servers/page-server.ts";
import { pacedModel } from "../support/stand-ins/paced-model.ts";

const chromium = findChromium();

describe.skipIf(!chromium)("a conversation in two tabs", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([
      openBrowser(chromium ?? ""),
      startPageServer({}, pacedModel),
    ]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  test("keeps what a new visitor asks in two tabs at the same moment, for one guest", async () => {
    const { page, complaints, leave } = await visit(browser, server.url);
    const other = await page.context().newPage();
    await other.goto(server.url);
    await Promise.all([ask(page, "3 0"), ask(other, "4 0")]);
    await Promise.all([page, other].map((tab) => waitForAnswer(tab)));
    for (const [tab, question] of [
      [page, "3 0"],
      [other, "4 0"],
    ] as const) {
      await tab.reload();
      await tab.locator(".question").waitFor();
      expect(await tab.locator(".question").innerText()).toBe(question);
    }
    expect(complaints).toEqual([]);
    await leave();
  });

  test("shows in each what the other asks, while it is answered, without asking again and again", async () => {
    const { page, complaints, leave } = await visit(browser, server.url);
    const { other, requests } = await openTwice(page);
    await ask(page, "40 100");
    await other.getByText("word5", { exact: false }).last().waitFor();
    const second = other.locator(".answer").nth(1);
    expect(await second.getAttribute("aria-busy")).toBe("true");
    expect(await other.locator(".question").nth(1).innerText()).toBe("40 100");
    await other.getByRole("button", { name: "Stop answering" }).waitFor();
    await second.getByRole("button", { name: "Copy answer" }).waitFor();
    expect(await second.locator(".answer-text").innerText()).toContain("word40");
    expect(await other.locator(".question, .answer").count()).toBe(4);
    // One reading of the conversation and one of the stream for the question.
    expect(requests.filter((path) => path.startsWith("/api/conversations/"))).toHaveLength(1);
    expect(requests.filter((path) => path.endsWith("/stream"))).toHaveLength(1);

    await ask(other, "2 0");
    await page.locator(".question").nth(2).waitFor();
    await page.locator(".answer").nth(2).getByRole("button", { name: "Copy answer" }).waitFor();
    expect(await page.locator(".question, .answer").count()).toBe(6);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("shows what another device has asked when the reader comes back", async () => {
    const member = await server.register("devices@example.org");
    const { page, leave } = await visitAs(member, browser, server.url);
    await ask(page, "3 0");
    await waitForAnswer(page);
    const conversation_id = page.url().split("/").at(-1);
    await (await member.call("POST", "/api/chat", { message: "4 0", conversation_id })).text();
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await page.locator(".answer").nth(1).getByRole("button", { name: "Copy answer" }).waitFor();
    expect(await page.locator(".question").nth(1).innerText()).toBe("4 0");
    expect(await page.locator(".question").nth(0).innerText()).toBe("3 0");
    // Nothing new: nothing changes.
    await page.evaluate("document.querySelector('.answer').dataset.kept = 'yes'");
    await page.waitForTimeout(3100);
    const read = page.waitForResponse("**/api/conversations/*");
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await read;
    expect(await page.locator(".answer[data-kept=yes]").count()).toBe(1);
    expect(await page.locator(".question, .answer").count()).toBe(4);
    await leave();
  });

  test("shows a question once whose answer got lost, though it was stored", async () => {
    const member = await server.register("tunnel@example.org");
    const { page, leave } = await visitAs(member, browser, server.url);
    await ask(page, "3 0");
    await waitForAnswer(page);
    await page.route("**/api/chat", async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    });
    await ask(page, "4 0");
    await page.getByRole("alert").getByText("cannot be reached").waitFor();
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.locator(".answer").nth(1).getByRole("button", { name: "Copy answer" }).waitFor();
    expect(await page.locator(".question").allInnerTexts()).toEqual(["3 0", "4 0"]);
    expect(await page.getByRole("alert").count()).toBe(0);
    // A question that was not stored stays, with the offer to try again.
    await page.unroute("**/api/chat");
    await page.route("**/api/chat", (route) => route.abort("connectionreset"));
    await ask(page, "5 0");
    await page.getByRole("alert").waitFor();
    const read = page.waitForResponse("**/api/conversations/*");
    await page.waitForTimeout(3100);
    await page.evaluate("dispatchEvent(new Event('online'))");
    await read;
    await page.getByRole("button", { name: "Try again" }).waitFor();
    expect(await page.locator(".question").allInnerTexts()).toEqual(["3 0", "4 0", "5 0"]);
    await leave();
  });

  test("shows nothing to the next account", async () => {
    const member = await server.register("before@example.org");
    const next = await server.register("after@example.org");
    const { page, complaints, leave } = await visitAs(member, browser, server.url);
    const { other } = await openTwice(page);
    await ask(page, "200 50");
    await other.locator(".question").nth(1).waitFor();
    const grant = JSON.stringify(next.grant);
    // Another tab signs out and in again as somebody else.
    const third = await page.context().newPage();
    await third.goto(`${server.url}/health`);
    await third.evaluate(`localStorage.setItem("docent.tokens", ${JSON.stringify(grant)})`);
    for (const tab of [page, other]) {
      await tab.getByRole("heading", { name: "Ask the documents" }).waitFor();
      expect(tab.url()).toBe(`${server.url}/`);
      expect(await tab.content()).not.toContain("word3");
    }
    await other.goBack().catch(() => null);
    await other.goto(`${server.url}/`);
    await ask(other, "2 0");
    await waitForAnswer(other);
    expect(await page.locator(".question").count()).toBe(0);
    expect(complaints).toEqual([]);
    await leave();
  });
});

async function openTwice(page: Page): Promise<{ other: Page; requests: string[] }> {
  await ask(page, "3 0");
  await waitForAnswer(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await waitForAnswer(other);
  const requests: string[] = [];
  other.on("request", (request) => requests.push(new URL(request.url()).pathname));
  return { other, requests };
}
