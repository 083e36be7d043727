import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { startPageServer, visitAs, type PageServer } from "../support/servers/page-server.ts";
import { ask, overflow, waitForAnswer } from "../support/clients/visitor.ts";

const chromium = findChromium();

describe.skipIf(!chromium)("the page's tasks", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([openBrowser(chromium ?? ""), startPageServer()]);
  });
  afterAll(async () => {
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

  test("say in words what the assistant could not do, and what to do", async () => {
    const member = await server.register("blunder@example.org");
    const { page, complaints, leave } = await visitAs(member, browser, server.url);
    await ask(page, "blunder");
    await waitForAnswer(page);
    const said = await page.getByRole("list", { name: "What the assistant did" }).innerText();
    expect(said.split("\n").filter(Boolean)).toEqual([
      "Could not complete task. That task is not there any more. Ask for your list of tasks.",
      "Could not add task. The assistant did not say properly what to do. Ask again in other words, with the task's title.",
      "One step did not work. The assistant cannot do this. Sign in if it is about your tasks.",
    ]);
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
    const approve = card("drop me").getByRole("button", { name: "Approve", exact: true });
    // The colour fades in when the answer has ended. Red outweighs green in the colour of danger alone.
    // `waitForFunction` would evaluate text inside the page, which the page's policy forbids.
    const redness =
      "(() => { const button = document.querySelector('.confirmation .primary:enabled'); const [red, green] = button ? getComputedStyle(button).backgroundColor.match(/\\d+/g).map(Number) : [0, 0]; return red - green; })()";
    await expect
      .poll(() => page.evaluate<number>(redness), { timeout: 60_000 })
      .toBeGreaterThan(50);
    await card("keep me").getByText("Nothing changes until you approve. Expires at").waitFor();
    await card("keep me").getByRole("button", { name: "Decline" }).click();
    await card("keep me").getByText("Declined").waitFor();
    await approve.press("Enter");
    await card("drop me").getByText("Approved").waitFor();
    const focused = "document.activeElement.className";
    expect(await page.evaluate(focused)).toContain("confirmation dangerous settled");
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

  test("stand beside the operator's name, however long, and in the operator's colour", async () => {
    const own = await startPageServer({
      SITE_NAME: "The long and complete handbook of all the robots in here",
      SITE_COLOR: "#c2185b",
      SUGGESTIONS: "What is a joint?|How do I calibrate it?",
    });
    const member = await own.register("reader@example.org");
    const phone = { viewport: { width: 390, height: 780 } };
    const { page, complaints, leave } = await visitAs(member, browser, own.url, phone);
    await page.getByRole("button", { name: "How do I calibrate it?" }).click();
    await waitForAnswer(page);
    expect(await overflow(page)).toBe(0);
    const height = "document.querySelector('header').offsetHeight";
    expect(await page.evaluate<number>(height)).toBeLessThan(70);
    const accent = "getComputedStyle(document.querySelector('#account-initial')).backgroundColor";
    expect(await page.evaluate(accent)).toBe("rgb(194, 24, 91)");
    expect(complaints).toEqual([]);
    await leave();
    await own.stop();
  });

  test("are all done away with by one approval of several", async () => {
    const member = await server.register("tidy@example.org");
    for (const title of ["one", "two", "three"]) await member.call("POST", "/api/tasks", { title });
    const { page, leave } = await visitAs(member, browser, server.url);
    await ask(page, "tidy up");
    await waitForAnswer(page);
    await page.reload();
    await page.getByRole("button", { name: "Approve all 3" }).press("Enter");
    await page.getByText("Nothing to do yet.").waitFor();
    await expect.poll(() => page.locator(".confirmation.settled").count()).toBe(3);
    expect(await page.evaluate("document.activeElement.className")).toContain("confirmation");
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
