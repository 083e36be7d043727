import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { startIdentityServer, type IdentityServer } from "../support/stand-ins/identity-server.ts";
import { startPageServer, type PageServer } from "../support/servers/page-server.ts";
import { ask, visit, waitForAnswer } from "../support/clients/visitor.ts";

const chromium = findChromium();

describe.skipIf(!chromium)("signing in with Hugging Face on the page", () => {
  let browser: Browser;
  let identity: IdentityServer;
  let server: PageServer;

  beforeAll(async () => {
    browser = await openBrowser(chromium ?? "");
    server = await startPageServer(async (url) => {
      identity = await startIdentityServer(url);
      return identity.environment;
    });
  });
  afterAll(async () => {
    await server?.stop();
    await identity?.stop();
  });
  beforeEach(() => {
    identity.standIn.misbehaviour = undefined;
    identity.standIn.person = { sub: crypto.randomUUID(), name: "Ada Lovelace" };
  });

  test("goes to the provider and back, with the guest's conversation, and leaves no code behind", async () => {
    const { page, complaints, leave } = await visit(browser, server.url);
    await ask(page, "what a guest asked");
    await waitForAnswer(page);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: "Sign in with Hugging Face" }).click();
    await page.getByText("Signed in as Ada Lovelace.").waitFor();
    expect(page.url()).toMatch(/\/c\/[0-9a-f-]{36}$/);
    expect(await page.evaluate("history.state")).toBeNull();
    const conversations = page.getByRole("navigation", { name: "Conversations" });
    await conversations.getByRole("link", { name: "what a guest asked", exact: true }).waitFor();
    expect(await page.locator(".question").innerText()).toBe("what a guest asked");
    expect(identity.standIn.complaints).toEqual([]);
    expect(complaints).toEqual([]);

    await page.reload();
    await page.getByRole("button", { name: "Account" }).click();
    const settings = page.getByRole("dialog", { name: "Ada Lovelace" });
    await settings.getByLabel("Current password").waitFor({ state: "detached" });
    await settings.getByRole("button", { name: "Delete account…" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete everything" }).click();
    await page.getByText("Your account is deleted.").waitFor();
    await leave();
  });

  test("goes on in a new tab out of another site's frame", async () => {
    const { page, leave } = await visit(browser, identity.url);
    // Another site by its name: what a frame keeps there is not what a page of its own keeps.
    const around = identity.url.replace("127.0.0.1", "localhost");
    await page.route(`${around}/frame`, (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<iframe src="${server.url}" width="1000" height="700"></iframe>`,
      }),
    );
    // The page may be framed by huggingface.co alone: this test stands there.
    await page.route(`${server.url}/`, async (route) => {
      const response = await route.fetch();
      const { "content-security-policy": policy = "", ...headers } = response.headers();
      const allowed = policy.replace("https://huggingface.co", around);
      await route.fulfill({
        response,
        headers: { ...headers, "content-security-policy": allowed },
      });
    });
    await page.goto(`${around}/frame`);
    const frame = page.frameLocator("iframe");
    await frame.getByRole("button", { name: "Sign in" }).click();
    const opening = page.context().waitForEvent("page");
    await frame.getByRole("link", { name: "Sign in with Hugging Face" }).click();
    const tab = await opening;
    await tab.getByText("Signed in as Ada Lovelace.").waitFor();
    expect(tab.url()).toBe(`${server.url}/`);
    await leave();
  });

  test("says why it did not work, and what to do", async () => {
    const { page, complaints, leave } = await visit(browser, server.url);
    identity.standIn.misbehaviour = "another key";
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: "Sign in with Hugging Face" }).click();
    await page.getByText("Signing in did not work. Try again.").waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    await page.goto(`${server.url}/?x#sign-in-error=<script>`);
    await page.goto(`${server.url}/?y#sign-in=${"A".repeat(43)}`);
    await page.getByText("This sign-in has expired. Start again.").waitFor();
    expect(page.url()).toBe(`${server.url}/?y`);
    expect(complaints).toEqual([]);
    await leave();
  });
});
