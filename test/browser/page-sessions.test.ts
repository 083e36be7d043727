// What one tab or form does to the session while a request of another is on its way.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { startPageServer, visitAs, type PageServer } from "../support/servers/page-server.ts";
import { ask, visit, waitForAnswer } from "../support/clients/visitor.ts";

const chromium = findChromium();
const kept = "localStorage['docent.tokens']";

describe.skipIf(!chromium)("the page's session", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([openBrowser(chromium ?? ""), startPageServer()]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  test("becomes that of a user who signs in while the first question is on its way, with the answer", async () => {
    const { page, answered, leave } = await signInEarly("early@example.org");
    answered();
    await page.getByText("Signed in as early@example.org").waitFor();
    await waitForAnswer(page);
    await ask(page, "And now?");
    await page.locator(".answer").nth(1).getByRole("button", { name: "Copy answer" }).waitFor();
    expect(await keptAccount(page)).toMatchObject({ email: "early@example.org", kind: "user" });
    await leave();
  });

  test("stays the user's where the browser has no locks to wait with", async () => {
    const { page, answered, leave } = await signInEarly("lockless@example.org", "no locks");
    await page.getByText("Signed in as lockless@example.org").waitFor();
    answered();
    await waitForAnswer(page);
    expect(await keptAccount(page)).toMatchObject({ email: "lockless@example.org", kind: "user" });
    await leave();
  });

  test("stays ended when it was being renewed as the user signed out", async () => {
    const member = await server.register("leaving@example.org");
    const expired = { ...member, grant: { ...member.grant, access_token: "expired" } };
    const { page, complaints, leave } = await visitAs(expired, browser, server.url);
    // What the page asked as it opened has renewed the tokens.
    await expect.poll(() => page.evaluate(kept)).not.toContain('"expired"');
    const renewed = await hold(page, "**/api/auth/refresh");
    const tokens = (await page.evaluate<string>(kept)).replace(
      /"access_token":"[^"]*"/,
      '"access_token":"old"',
    );
    await page.evaluate(`${kept} = ${JSON.stringify(tokens)}`);
    const asked = page.waitForRequest("**/api/auth/refresh");
    await ask(page, "Am I still here?");
    await asked;
    const other = await page.context().newPage();
    await other.goto(`${server.url}/health`);
    await other.evaluate("localStorage.removeItem('docent.tokens')");
    await page.getByText("You signed out in another tab.").waitFor();
    const end = page.waitForResponse("**/api/auth/refresh");
    renewed();
    await end;
    await page.waitForTimeout(100);
    expect(await page.evaluate(kept)).toBeUndefined();
    expect(complaints).toEqual([]);
    await leave();
  });

  test("leaves no dialog about the user's things open when it ends in another tab", async () => {
    const member = await server.register("shared@example.org");
    await (await member.call("POST", "/api/chat", { message: "my secret plan" })).text();
    const { page, leave } = await visitAs(member, browser, server.url);
    const other = await page.context().newPage();
    await other.goto(server.url);
    await page.bringToFront();
    await page.getByRole("button", { name: "More for: my secret plan" }).press("Enter");
    await page.locator(".menu:popover-open").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alertdialog").waitFor();
    await other.evaluate(`delete ${kept}`);
    await page.getByText("You signed out in another tab.").waitFor();
    expect(await page.locator("dialog[open]").count()).toBe(0);
    await leave();
  });

  async function signInEarly(address: string, browserHas: "locks" | "no locks" = "locks") {
    const { email, password } = await server.register(address);
    const { page, leave } = await visit(browser, server.url);
    if (browserHas === "no locks")
      await page.evaluate("Object.defineProperty(navigator, 'locks', { value: undefined })");
    const answered = await hold(page, "**/api/chat");
    await ask(page, "Am I a guest?");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    return { page, answered, leave };
  }

  /** The account whose tokens the page keeps. */
  async function keptAccount(page: Page): Promise<unknown> {
    const { access_token } = JSON.parse(await page.evaluate<string>(kept)) as {
      access_token: string;
    };
    const headers = { authorization: `Bearer ${access_token}` };
    return (await fetch(`${server.url}/api/auth/me`, { headers })).json();
  }
});

/** Keeps answers from the page until the function that it returns is called. */
async function hold(page: Page, path: string): Promise<() => void> {
  const gate = Promise.withResolvers<void>();
  await page.route(path, async (route) => {
    const response = await route.fetch();
    await gate.promise;
    await route.fulfill({ response });
  });
  return gate.resolve;
}
