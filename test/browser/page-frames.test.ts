import type { Browser, FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { ask, visit, waitForAnswer } from "../support/clients/visitor.ts";
import { startPageServer, type PageServer } from "../support/servers/page-server.ts";

const chromium = findChromium();

describe.skipIf(!chromium)("the page in another site's frame", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([
      openBrowser(chromium ?? ""),
      startPageServer({ ALLOWED_ORIGINS: "https://book.example, https://*.preview.example" }),
    ]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  /** Shows the page in a frame of `site`, which the browser is given without a network. */
  async function frameIn(page: Page, site: string, path = "/"): Promise<FrameLocator> {
    await page.route(`${site}/frame`, (route) =>
      route.fulfill({
        contentType: "text/html",
        body:
          `<iframe src="${server.url}${path}" width="1000" height="700"></iframe>` +
          "<script>window.said = []; addEventListener('message', ({ data }) => said.push(data.hash));</script>",
      }),
    );
    await page.goto(`${site}/frame`);
    return page.frameLocator("iframe");
  }

  test.each(["https://book.example", "https://branch-1.preview.example"])(
    "answers in a frame of %s, which is listed",
    async (site) => {
      const { page, complaints, leave } = await visit(browser, "about:blank");
      const frame = await frameIn(page, site);
      await ask(frame, "asked in a frame");
      await waitForAnswer(frame);
      // The frame's reload begins at the page that the site names.
      await page.reload();
      await waitForAnswer(frame);
      expect(await frame.locator(".question").innerText()).toBe("asked in a frame");
      await frame.getByRole("button", { name: "New conversation" }).click();
      await page.reload();
      await frame.getByRole("heading", { name: "Ask the documents" }).waitFor();
      expect(complaints).toEqual([]);
      await leave();
    },
  );

  test("is not shown by sites that are not listed, however alike", async () => {
    const { page, complaints, leave } = await visit(browser, "about:blank");
    for (const site of ["https://book.example.evil.example", "http://book.example"]) {
      const frame = await frameIn(page, site);
      await expect.poll(() => complaints.join(), { timeout: 60_000 }).toContain("frame-ancestors");
      expect(await frame.locator("#question").count(), site).toBe(0);
      complaints.length = 0;
    }
    await leave();
  });

  test("takes a Space's address from the page around it, and tells that page", async () => {
    const { page, complaints, leave } = await visit(browser, "about:blank");
    const hub = "https://huggingface.co";
    const frame = await frameIn(page, hub);
    await ask(frame, "asked on the hub");
    await waitForAnswer(frame);
    const said = (): Promise<string[]> => page.evaluate<string[]>("window.said");
    const hash = (await said()).at(-1) ?? "";
    expect(hash).toMatch(/^#\/c\/[0-9a-f-]{36}$/);
    await frame.getByRole("button", { name: "New conversation" }).click();
    await expect.poll(async () => (await said()).at(-1), { timeout: 60_000 }).toBe("#/");
    // The Hub hands the hash of its own address to the frame.
    await frameIn(page, hub, `/?__theme=dark${hash}`);
    await page.reload();
    await waitForAnswer(frame);
    expect(await frame.locator(".question").innerText()).toBe("asked on the hub");
    expect(complaints).toEqual([]);
    await leave();
  });

  test("works where the browser denies storage", async () => {
    const { page, complaints, leave } = await visit(browser, "about:blank");
    // As browsers deny it to frames of other sites: each access throws.
    await page.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(globalThis, name, {
          get() {
            throw new DOMException("denied", "SecurityError");
          },
        });
      }
      Reflect.deleteProperty(globalThis, "BroadcastChannel");
    });
    const frame = await frameIn(page, "https://book.example");
    await ask(frame, "the first question");
    await waitForAnswer(frame);
    await ask(frame, "the second question");
    await frame.locator(".answer").nth(1).getByRole("button", { name: "Copy answer" }).waitFor();
    await frame.getByRole("button", { name: "Conversations" }).click();
    await frame.getByRole("link", { name: "the first question", exact: true }).click();
    await frame.locator(".answer").nth(1).getByRole("button", { name: "Copy answer" }).waitFor();
    expect(await frame.locator(".question").allInnerTexts()).toEqual([
      "the first question",
      "the second question",
    ]);
    expect(complaints).toEqual([]);
    await leave();
  });
});
