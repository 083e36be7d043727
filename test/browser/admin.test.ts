import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FoundDocument } from "../../handlers/ports/document-source.ts";
import { toSourceDocument } from "../support/apps/parse.ts";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { openAdmin, operatorKey } from "../support/clients/operator.ts";
import { visit } from "../support/clients/visitor.ts";
import { startPageServer, type PageServer } from "../support/servers/page-server.ts";

const chromium = findChromium();
const pages = 130;

/** The folder's second reading waits here. */
const gate = Promise.withResolvers<void>();
let reads = 0;
async function* read(): AsyncGenerator<FoundDocument> {
  reads += 1;
  for (let index = 0; index < pages; index += 1) {
    const content = `# Chapter ${index}\n\nRobot number ${index} has joints.`;
    yield toSourceDocument({ path: `book/${index}.md`, content, mediaType: "text/markdown" });
  }
  if (reads === 2) {
    yield { path: "book/new.md", failure: "permission denied" };
    await gate.promise;
  }
  yield { path: "book/locked.md", failure: "permission denied" };
}

describe.skipIf(!chromium)("the operator's page", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    const documents = { bundled: undefined, configured: { name: "book", source: { read } } };
    const settings = { ADMIN_API_KEY: operatorKey, DOCUMENT_LIMIT_MB: "1" };
    [browser, server] = await Promise.all([
      openBrowser(chromium ?? ""),
      startPageServer(settings, undefined, { documents }),
    ]);
  });
  afterAll(async () => {
    gate.resolve();
    await server?.stop();
  });

  test("asks for the key, keeps it nowhere, and forgets it on a reload", async () => {
    const { page, complaints, outside, leave } = await visit(browser, `${server.url}/admin`);
    const field = page.getByLabel("Operator's key");
    for (const wrong of ["not the key", "ключ"]) {
      await field.fill(wrong);
      await page.getByRole("button", { name: "Open" }).click();
      await page.getByText("This is not the operator's key.").waitFor();
      expect(await field.evaluate("document.activeElement.name")).toBe("key");
      await field.fill("");
    }
    await field.fill(operatorKey);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Documents", exact: true }).waitFor();
    expect(await page.evaluate("location.href")).toBe(`${server.url}/admin`);
    const kept = "JSON.stringify([localStorage, sessionStorage, document.cookie, history.state])";
    expect(await page.evaluate(kept)).toBe('[{},{},"",null]');
    expect(await page.content()).not.toContain(operatorKey);
    await page.reload();
    expect(await field.inputValue()).toBe("");
    expect(await page.getByRole("heading", { name: "Documents", exact: true }).count()).toBe(0);
    await field.fill(operatorKey);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Lock" }).click();
    expect(await field.inputValue()).toBe("");
    expect(await page.getByRole("table").count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(outside.filter((url) => !url.startsWith(server.url))).toEqual([]);
    await leave();
  });

  test("is locked when the server no longer takes the key", async () => {
    const { page, leave } = await openAdmin(browser, server.url);
    const refused = { status: 401, json: { code: "invalid_token", detail: "No." } };
    await page.route("**/api/documents?**", (route) => route.fulfill(refused));
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByText("The server no longer accepts the key.").waitFor();
    await page.getByLabel("Operator's key").waitFor();
    expect(await page.getByRole("table").count()).toBe(0);
    await leave();
  });

  test("says that guessing is throttled, and that no key is set", async () => {
    const own = await startPageServer({ READ_RATE_LIMIT: "5/60s", ADMIN_API_KEY: operatorKey });
    const keyless = await startPageServer();
    const { page, leave } = await visit(browser, `${own.url}/admin`);
    const field = page.getByLabel("Operator's key");
    const words = page.getByText(
      /^Too many attempts from this address\. Try again in \d+ seconds\.$/,
    );
    for (let tried = 0; tried < 400 && !(await words.isVisible()); tried += 1) {
      await page.evaluate("fetch('/api/documents/ingest', { headers: { authorization: 'x' } })");
      if (tried % 10 !== 0) continue;
      await field.fill("not the key");
      await page.getByRole("button", { name: "Open" }).click();
      await page.locator(".form:not([aria-busy])").waitFor();
    }
    await words.waitFor();
    await page.getByRole("button", { name: /^Open \(in \d+ s\)$/ }).waitFor();
    await leave();
    const other = await visit(browser, `${keyless.url}/admin`);
    await other.page.getByLabel("Operator's key").fill(operatorKey);
    await other.page.keyboard.press("Enter");
    await other.page.getByText("Set ADMIN_API_KEY to a secret of at least 32 bytes").waitFor();
    await other.leave();
    await Promise.all([own.stop(), keyless.stop()]);
  });

  test("lists all documents in pages, filters them, and deletes one after asking", async () => {
    const { page, complaints, leave } = await openAdmin(browser, server.url);
    const rows = page.getByRole("table", { name: "Documents", exact: true }).getByRole("row");
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByText("Documents 51 to 100 of 130.").waitFor();
    await page.getByRole("button", { name: "Next page" }).press("Enter");
    await page.getByText("Documents 101 to 130 of 130.").waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Previous page");
    expect(await rows.count()).toBe(31);
    expect(await page.getByRole("button", { name: "Next page" }).isVisible()).toBe(false);
    await page.getByRole("button", { name: "Previous page" }).click();
    await page.getByText("Documents 51 to 100 of 130.").waitFor();
    await page.getByLabel("Path or title contains").fill("chapter 77");
    await page.getByText("1 document found.").waitFor();
    await rows.getByRole("button", { name: "Delete book/77.md" }).click();
    const dialog = page.getByRole("alertdialog", { name: "Delete this document?" });
    await dialog.getByText("the next reading brings it back").waitFor();
    const colour = "getComputedStyle(document.querySelector('#ask-go')).backgroundColor";
    const [red = 0, green = 0] =
      (await page.evaluate<string>(colour)).match(/\d+/g)?.map(Number) ?? [];
    expect(red - green).toBeGreaterThan(50);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(await rows.count()).toBe(2);
    await rows.getByRole("button", { name: "Delete book/77.md" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("No document matches.").waitFor();
    await page.getByLabel("Path or title contains").fill("");
    await page.getByText("Documents 1 to 50 of 129.").waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });

  test("says what the folder's reading could not read, and reads it again", async () => {
    const { page, complaints, leave } = await openAdmin(browser, server.url);
    await page.getByText("1 document could not be read").click();
    const failures = page.getByRole("table", { name: "Documents that could not be read" });
    await failures.getByText("permission denied").waitFor();
    await page.getByRole("button", { name: "Read again now" }).press("Enter");
    await page.getByText(/^Reading the folder: \d+ of 13\d documents\.$/).waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Read again now");
    await page.getByRole("progressbar", { name: "Documents read" }).waitFor();
    // The page looks every second; what has the focus keeps it.
    const remove = page.getByRole("button", { name: "Delete book/129.md" });
    await remove.focus();
    await page.waitForResponse("**/api/documents/ingest");
    await page.waitForTimeout(100);
    expect(await page.evaluate("document.activeElement.ariaLabel")).toBe("Delete book/129.md");
    await page.getByRole("button", { name: "Read again now" }).click();
    await page.getByText("it will be read once more after").waitFor();
    gate.resolve();
    await page.getByText(/^Last read on .*: 130 unchanged\.$/).waitFor();
    await page.getByText("Documents 1 to 50 of 130.").waitFor();
    expect(reads).toBe(3);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("can be used by keyboard alone", async () => {
    const { page, complaints, leave } = await openAdmin(browser, server.url);
    const focusedIs = async (name: string) => {
      const found =
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent";
      for (let stops = 0; stops < 40; stops += 1) {
        if ((await page.evaluate<string>(found)) === name) return;
        await page.keyboard.press("Tab");
      }
      throw new Error(`the Tab key does not lead to ${name}`);
    };
    await page.getByLabel("Path or title contains").fill("chapter 42");
    await page.getByText("1 document found.").waitFor();
    await focusedIs("Delete book/42.md");
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").waitFor({ state: "hidden" });
    expect(await page.evaluate("document.activeElement.ariaLabel")).toBe("Delete book/42.md");
    await page.getByRole("heading", { name: "Documents", exact: true }).focus();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await focusedIs("Service");
    await page.keyboard.press("Enter");
    await page.getByText("Language model").waitFor();
    expect(await page.evaluate("[location.hash, document.activeElement.textContent]")).toEqual([
      "#service",
      "Service",
    ]);
    await page.goBack();
    await page.getByLabel("Path or title contains").waitFor();
    await page.route("**/api/health", (route) => route.abort());
    await page.goForward();
    await page.getByText("Docent cannot be reached at the moment.").waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });
});
