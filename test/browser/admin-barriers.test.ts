import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBarriers } from "../support/clients/axe.ts";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { enterKey, operatorKey, pickedFile } from "../support/clients/operator.ts";
import { visit } from "../support/clients/visitor.ts";
import { startPageServer, type PageServer } from "../support/servers/page-server.ts";

const chromium = findChromium();

/** Pixels by which the page is wider than its window. */
const overflow = (page: Page) =>
  page.evaluate<number>(
    "Math.max(...['html', 'main', 'header'].map((name) => {" +
      "const box = document.querySelector(name); return box.scrollWidth - box.clientWidth; }))",
  );

async function* read() {
  yield { path: "a/folder/with/a/file/that/nobody/may/open.md", failure: "permission denied" };
}

describe.skipIf(!chromium)("the operator's page", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    const documents = { bundled: undefined, configured: { name: "book", source: { read } } };
    [browser, server] = await Promise.all([
      openBrowser(chromium ?? ""),
      startPageServer({ ADMIN_API_KEY: operatorKey }, undefined, { documents }),
    ]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  test.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)("has no barriers and fits, %s at %i pixels", async (colorScheme, width) => {
    const viewport = { width, height: 800 };
    const options = { colorScheme, viewport, reducedMotion: "reduce" } as const;
    const { page, complaints, leave } = await visit(browser, `${server.url}/admin`, options);
    expect(await findBarriers(page), "the entrance").toEqual([]);
    await enterKey(page);
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles([
        pickedFile(`${colorScheme}-${width}.md`, "Owls see at night."),
        pickedFile(
          "picture-with-a-long-name-that-no-server-would-ever-take-as-a-document.png",
          "x",
        ),
      ]);
    await page.getByText("1 file uploaded, 1 failed.").waitFor();
    await page.getByText("could not be read").first().click();
    for (const name of ["Documents", "Questions", "Usage", "Service"]) {
      await page.getByRole("link", { name, exact: true }).click();
      await page.getByRole("heading", { name, exact: true }).waitFor();
      await expect.poll(() => page.locator("[aria-busy]:visible").count()).toBe(0);
      expect(await findBarriers(page), name).toEqual([]);
      expect(await overflow(page), name).toBe(0);
    }
    await page.getByRole("link", { name: "Documents", exact: true }).click();
    await page
      .getByRole("button", { name: /^Delete / })
      .first()
      .click();
    await page.getByRole("alertdialog").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await leave();
  });
});
