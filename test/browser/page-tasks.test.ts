import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { startPageServer, visitAs, type PageServer } from "../support/servers/page-server.ts";
import { ask, waitForAnswer } from "../support/clients/visitor.ts";

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

  test("follow the assistant, and are deleted and brought back by hand", async () => {
    const member = await server.register("asker@example.org");
    const { page, complaints, leave } = await visitAs(member, browser, server.url);
    const tasks = page.getByRole("complementary", { name: "Tasks" });
    await tasks.getByText("Nothing to do yet.").waitFor();
    await ask(page, "add Buy milk");
    await tasks.getByText("Buy milk", { exact: true }).waitFor();
    await page.getByText("Added task “Buy milk”").waitFor();
    await tasks.getByText("Buy milk", { exact: true }).hover();
    await tasks.getByRole("button", { name: "Delete task: Buy milk" }).click();
    await page.getByRole("button", { name: "Undo" }).click();
    await tasks.getByText("Buy milk", { exact: true }).waitFor();
    await page.reload();
    await page.getByText("Added task “Buy milk”").waitFor();
    await tasks.getByText("Buy milk", { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });

  test("are deleted by the assistant only where the reader approves", async () => {
    const member = await server.register("careful@example.org");
    for (const title of ["keep me", "drop me"]) await member.call("POST", "/api/tasks", { title });
    const { page, complaints, leave } = await visitAs(member, browser, server.url);
    const tasks = page.getByRole("complementary", { name: "Tasks" });
    await tasks.getByText("drop me", { exact: true }).waitFor();
    await ask(page, "tidy up");
    await waitForAnswer(page);
    const card = (title: string) =>
      page.getByRole("region", { name: "Approval needed" }).filter({ hasText: title });
    const colour =
      "getComputedStyle(document.querySelector('.confirmation .primary')).backgroundColor";
    const trouble =
      "(document.querySelector('.confirmation').style.color = 'var(--trouble)', getComputedStyle(document.querySelector('.confirmation')).color)";
    expect(await page.evaluate(colour)).toBe(await page.evaluate(trouble));
    await card("keep me").getByText("Nothing changes until you approve. Expires at").waitFor();
    await card("keep me").getByRole("button", { name: "Decline" }).click();
    await card("keep me").getByText("Declined").waitFor();
    await card("drop me").getByRole("button", { name: "Approve", exact: true }).click();
    await card("drop me").getByText("Approved").waitFor();
    await page.getByText("Deleted task “drop me”").waitFor();
    await tasks.getByText("drop me", { exact: true }).waitFor({ state: "detached" });
    await tasks.getByText("keep me", { exact: true }).waitFor();
    const { tasks: left } = (await (await member.call("GET", "/api/tasks")).json()) as {
      tasks: { title: string }[];
    };
    expect(left.map(({ title }) => title)).toEqual(["keep me"]);
    await page.reload();
    await card("keep me").getByText("Declined").waitFor();
    await card("drop me").getByText("Approved").waitFor();
    expect(await page.getByRole("button", { name: /^Approve|^Decline/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("are all done away with by one approval of several", async () => {
    const member = await server.register("tidy@example.org");
    for (const title of ["one", "two", "three"]) await member.call("POST", "/api/tasks", { title });
    const { page, leave } = await visitAs(member, browser, server.url);
    await ask(page, "tidy up");
    await waitForAnswer(page);
    await page.reload();
    await page.getByRole("button", { name: "Approve all 3" }).click();
    await page.getByText("Nothing to do yet.").waitFor();
    expect(await page.locator(".confirmation.settled").count()).toBe(3);
    await leave();
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
    await tasks.getByText("Someone changed this in another window.").waitFor();
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
