import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/browser.ts";
import { startPageServer, visitAs, type PageServer } from "../support/page-server.ts";

const chromium = findChromium();

describe.skipIf(!chromium)("the page's tasks", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([openBrowser(chromium ?? ""), startPageServer()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test("are not overwritten when another tab has changed them", async () => {
    const member = await server.register("twice@example.org");
    await member.call("POST", "/api/tasks", { title: "first words" });
    const { page, complaints, leave } = await visitAs(member, browser, server.url);
    const tasks = page.getByRole("complementary", { name: "Tasks" });
    await tasks.getByRole("button", { name: "first words", exact: true }).click();
    const other = await page.context().newPage();
    await other.goto(server.url);
    const theirs = other.getByRole("complementary", { name: "Tasks" });
    await theirs.getByRole("button", { name: "first words", exact: true }).click();
    await theirs.getByLabel("Task", { exact: true }).fill("their words");
    await theirs.getByRole("button", { name: "Save" }).click();
    await theirs.getByRole("button", { name: "their words", exact: true }).waitFor();

    await page.bringToFront();
    await tasks.getByLabel("Task", { exact: true }).fill("my words");
    await tasks.getByRole("button", { name: "Save" }).click();
    await tasks.getByText("Changed elsewhere").waitFor();
    expect(await tasks.getByLabel("Task", { exact: true }).inputValue()).toBe("my words");
    expect(await tasks.getByText("“their words”").count()).toBe(1);
    await tasks.getByRole("button", { name: "Save" }).click();
    await tasks.getByRole("button", { name: "my words", exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });

  test("can be worked on by keyboard alone", async () => {
    const member = await server.register("keys@example.org");
    const { page, leave } = await visitAs(member, browser, server.url);
    const tasks = page.getByRole("complementary", { name: "Tasks" });
    await tasks.getByText("Nothing to do yet.").waitFor();
    await tasks.getByLabel("New task").focus();
    for (const title of ["older", "newer"]) {
      await page.keyboard.type(title);
      await page.keyboard.press("Enter");
      await tasks.getByRole("button", { name: title, exact: true }).waitFor();
      await tasks.getByRole("button", { name: `Delete task: ${title}` }).waitFor();
    }
    const focused = (): Promise<string> =>
      page.evaluate<string>(
        "document.activeElement.parentElement.textContent || document.activeElement.ariaLabel",
      );
    const tabTo = async (words: string): Promise<void> => {
      let stops = 0;
      while (!(await focused()).includes(words) && stops++ < 12) await page.keyboard.press("Tab");
    };
    await tabTo("Done: newer");
    await page.keyboard.press("Space");
    await page.locator("#tasks-done .task").waitFor({ state: "attached" });
    expect(await focused()).toBe("Done: older");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.type("renamed");
    await page.keyboard.press("Enter");
    await tasks.getByRole("button", { name: "renamed", exact: true }).waitFor();
    expect(await focused()).toBe("renamed");
    await leave();
  });
});
