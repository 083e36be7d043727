import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBarriers } from "../support/clients/axe.ts";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { enterKey, operatorKey, pickedFile } from "../support/clients/operator.ts";
import { inEachScheme, visit } from "../support/clients/visitor.ts";
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

  test.each([1280, 390])("has no barriers and fits %i pixels, light or dark", async (width) => {
    const options = { viewport: { width, height: 800 }, reducedMotion: "reduce" } as const;
    const { page, complaints, leave } = await visit(browser, `${server.url}/admin`, options);
    const look = (what: string) =>
      inEachScheme(page, async (scheme) => {
        expect(await findBarriers(page), `${what}, ${scheme}`).toEqual([]);
        expect(await overflow(page), `${what}, ${scheme}`).toBe(0);
      });
    await look("the entrance");
    await enterKey(page);
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles([
        pickedFile(`${width}.md`, "Owls see at night."),
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
      await look(name);
    }
    await page.getByRole("link", { name: "Documents", exact: true }).click();
    await page
      .getByRole("button", { name: /^Delete / })
      .first()
      .click();
    await page.getByRole("alertdialog").waitFor();
    await look("the question before a deletion");
    expect(complaints).toEqual([]);
    await leave();
  });
});
