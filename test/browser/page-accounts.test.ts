import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { startPageServer, visitAs, type PageServer } from "../support/servers/page-server.ts";
import { ask, overflow, visit, waitForAnswer } from "../support/clients/visitor.ts";

const chromium = findChromium();
const password = "a long walk in the rain";

describe.skipIf(!chromium)("the page of somebody with an account", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([
      openBrowser(chromium ?? ""),
      startPageServer({ SPACE_ID: "ada/docent" }),
    ]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  test("a guest who makes an account keeps the conversation, and finds it after signing in again", async () => {
    const { page, complaints, outside, leave } = await visit(browser, server.url);
    await ask(page, "what a guest asked");
    await waitForAnswer(page);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Your conversations will be kept.").waitFor();
    await page.getByRole("button", { name: "Create one" }).click();
    const dialog = page.getByRole("dialog", { name: "Create an account" });
    await dialog.getByLabel("Email").fill("guest@example.org");
    await dialog.getByLabel("Password", { exact: true }).fill("short");
    await dialog.getByRole("button", { name: "Create account" }).click();
    await dialog.getByText("At least 8 characters.", { exact: true }).waitFor();
    await dialog.getByText("This is too short.").waitFor();
    await dialog.getByLabel("Password", { exact: true }).fill("password");
    await dialog.getByRole("button", { name: "Create account" }).click();
    await dialog.getByText("This is too easy to guess.").waitFor();
    await dialog.getByLabel("Password", { exact: true }).fill(password);
    await dialog.getByRole("button", { name: "Create account" }).click();
    const conversations = page.getByRole("navigation", { name: "Conversations" });
    await conversations.getByRole("link", { name: "what a guest asked", exact: true }).waitFor();
    expect(await page.locator(".question").innerText()).toBe("what a guest asked");
    await ask(page, "and a second question");
    await page.locator(".answer").nth(1).getByRole("button", { name: "Copy answer" }).waitFor();

    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByText("and a second question").waitFor();
    await page.bringToFront();
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await other.getByText("You signed out in another tab.").waitFor();
    expect(await other.locator(".question, .conversation").count()).toBe(0);
    await other.close();
    await page.getByRole("heading", { name: "Ask the documents" }).waitFor();
    expect(await page.locator(".question, .conversation, .task").count()).toBe(0);
    await page.reload();
    await page.getByRole("heading", { name: "Ask the documents" }).waitFor();

    await signIn(page, "guest@example.org");
    await conversations.getByRole("link", { name: "what a guest asked", exact: true }).click();
    await page.getByText("and a second question").waitFor();
    expect(await page.locator(".question").count()).toBe(2);
    expect(complaints).toEqual([]);
    expect(outside).toEqual([]);
    await leave();
  });

  test("somebody makes an account where the browser's storage is full", async () => {
    const { page, complaints, leave } = await visit(browser, server.url);
    await ask(page, "what a guest asked");
    await waitForAnswer(page);
    await page.evaluate(() => {
      for (let size = 2 ** 23; size >= 1;) {
        try {
          localStorage.setItem(`full ${localStorage.length}`, "x".repeat(size));
        } catch {
          size = Math.floor(size / 2);
        }
      }
    });
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Create one" }).click();
    const dialog = page.getByRole("dialog", { name: "Create an account" });
    await dialog.getByLabel("Email").fill("full@example.org");
    await dialog.getByLabel("Password", { exact: true }).fill(password);
    await dialog.getByRole("button", { name: "Create account" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Account" }).waitFor();
    await ask(page, "and a second question");
    await page.locator(".answer").nth(1).getByRole("button", { name: "Copy answer" }).waitFor();
    expect(complaints).toEqual([]);
    await page.evaluate("localStorage.clear()");
    await leave();
  });

  test("says that a password is wrong, in the dialog", async () => {
    const { page, leave } = await visit(browser, server.url);
    await page.getByRole("button", { name: "Sign in" }).click();
    const dialog = page.getByRole("dialog", { name: "Sign in" });
    await dialog.getByLabel("Email").fill("nobody@example.org");
    await dialog.getByLabel("Password", { exact: true }).fill("not the password");
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.getByText("Wrong email or password.").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await leave();
  });

  test("asks to sign in where chat is for members alone, and keeps the question", async () => {
    const closed = await startPageServer({ CHAT_ACCESS: "users" });
    const member = await closed.register("member@example.org");
    const { page, leave } = await visit(browser, closed.url);
    await ask(page, "may I come in?");
    await page.getByText("Sign in to go on.").waitFor();
    await page.keyboard.press("Escape");
    expect(await page.getByLabel("Your question").inputValue()).toBe("may I come in?");
    expect(await page.locator(".question, .trouble").count()).toBe(0);
    await signIn(page, member.email);
    await page.getByLabel("Your question").press("Enter");
    await waitForAnswer(page);
    await leave();
    await closed.stop();
  });

  test("renames and deletes conversations", async () => {
    const member = await server.register("talker@example.org");
    for (const message of ["the first", "the second"]) {
      await (await member.call("POST", "/api/chat", { message })).text();
    }
    const { page, complaints, leave } = await visitAs(member, browser, server.url);
    const conversations = page.getByRole("navigation", { name: "Conversations" });
    await conversations.getByRole("link", { name: "the first", exact: true }).click();
    await waitForAnswer(page);
    await page.getByRole("button", { name: "More for: the first" }).click();
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByLabel("Title of the conversation").fill("renamed");
    await page.keyboard.press("Enter");
    await conversations.getByRole("link", { name: "renamed", exact: true }).waitFor();
    await page.getByRole("button", { name: "More for: renamed" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export as Markdown" }).click();
    expect((await download).suggestedFilename()).toBe("renamed.md");
    await page.getByRole("button", { name: "More for: renamed" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    const sure = page.getByRole("alertdialog");
    await sure.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Ask the documents" }).waitFor();
    await page.reload();
    await conversations.getByRole("link", { name: "the second", exact: true }).waitFor();
    expect(await page.locator(".conversation").count()).toBe(1);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("makes a key, signs another device out and deletes the account", async () => {
    const member = await server.register("settled@example.org");
    const other = await visit(browser, server.url);
    await signIn(other.page, member.email);
    await other.page.getByLabel("Your question").fill("still here?");
    const { page, complaints, leave } = await visitAs(member, browser, server.url);
    await page.getByRole("button", { name: "Account" }).click();
    // It believes that it runs on a Space, with the embedded database.
    await page.getByRole("note").filter({ hasText: "This server forgets" }).waitFor();

    const settings = page.getByRole("dialog", { name: member.email });
    await settings.getByLabel("What is the key for?").fill("a script");
    await settings.getByRole("button", { name: "Create key" }).click();
    const key = await settings.locator(".new-key code").innerText();
    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(`${server.url}/api/tasks`, { headers })).status).toBe(200);
    await settings.getByRole("button", { name: "Done" }).click();
    expect(await page.content()).not.toContain(key);

    await settings.getByRole("button", { name: /^Sign out \S/ }).click();
    await settings.getByText("That device is signed out.").waitFor();
    await other.page.keyboard.press("Enter");
    await other.page.getByText("You have been signed out.").waitFor();
    await other.page.keyboard.press("Escape");
    expect(await other.page.getByLabel("Your question").inputValue()).toBe("still here?");
    await other.leave();

    await settings.getByRole("button", { name: "Delete account…" }).click();
    await settings.getByLabel("Your password").fill("not the password");
    await settings.getByRole("button", { name: "Delete everything" }).click();
    await settings.getByText("Wrong password.").waitFor();
    await settings.getByLabel("Your password").fill(password);
    await settings.getByRole("button", { name: "Delete everything" }).click();
    await page.getByText("Your account is deleted.").waitFor();
    expect((await member.call("GET", "/api/auth/me")).status).toBe(401);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("keeps its panels in drawers on a phone", async () => {
    const member = await server.register("phone@example.org");
    await (await member.call("POST", "/api/chat", { message: "asked on the phone" })).text();
    const options = { viewport: { width: 390, height: 720 }, hasTouch: true, isMobile: true };
    const { page, complaints, leave } = await visitAs(member, browser, server.url, options);
    await page.getByRole("button", { name: "Conversations" }).click();
    const drawer = page.getByRole("dialog", { name: "Conversations" });
    await drawer.getByRole("link", { name: "asked on the phone", exact: true }).click();
    await drawer.waitFor({ state: "hidden" });
    await waitForAnswer(page);
    expect(await overflow(page)).toBe(0);
    await page.getByRole("button", { name: "Tasks" }).click();
    await page.getByRole("dialog", { name: "Tasks" }).getByLabel("New task").fill("call home");
    await page.keyboard.press("Enter");
    await page.getByText("call home", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Account" }).click();
    expect(await overflow(page)).toBe(0);
    expect(complaints).toEqual([]);
    await leave();
  });
});

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in" }).click();
  const dialog = page.getByRole("dialog", { name: "Sign in" });
  await dialog.getByLabel("Email").fill(email);
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.waitFor({ state: "hidden" });
}
