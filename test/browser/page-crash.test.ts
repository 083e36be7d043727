// The real server killed in the middle of an answer, and the page that was reading it.
import type { Page } from "playwright-core";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { ask, visit, waitForAnswer } from "../support/clients/visitor.ts";
import { cleanUp, startServer } from "../support/servers/server-process.ts";
import { answers, says, startModelStandIn } from "../support/stand-ins/model-stand-in.ts";

const chromium = findChromium();
afterAll(() => cleanUp());

/** The content of the answer's row, read with the page's own session. */
function storedAnswer(page: Page): Promise<string> {
  return page.evaluate<string>(`(async () => {
    const { access_token } = JSON.parse(localStorage.getItem("docent.tokens"));
    const path = "/api/conversations/" + location.pathname.split("/").pop();
    const headers = { authorization: "Bearer " + access_token };
    const { messages } = await (await fetch(path, { headers })).json();
    return messages.at(-1).content;
  })()`);
}

describe.skipIf(!chromium)("a server that is killed while it answers", () => {
  test("leaves an answer that is shown as cut off, and that can be asked again", async () => {
    const browser = await openBrowser(chromium ?? "");
    const model = await startModelStandIn();
    onTestFinished(() => model.stop());
    model.answer([says("Boats float because they push "), { kind: "hang" }], answers("Again."));
    const environment = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: "stand-in" };
    const first = await startServer({ environment });
    const { page, leave } = await visit(browser, first.url);
    await ask(page, "Why do boats float?");
    await page.locator(".answer-text").getByText("Boats float because").waitFor();
    // The first checkpoint, after 2 s, makes the row longer than nothing.
    await expect.poll(() => storedAnswer(page)).toBe("Boats float because they push ");
    await first.end("SIGKILL");
    const port = new URL(first.url).port;
    const second = await startServer({
      environment: { ...environment, PORT: port },
      dataDirectory: first.dataDirectory,
    });
    const trouble = page.locator(".trouble");
    await trouble.getByText("This answer was cut off.").waitFor();
    expect(await page.locator(".answer-text").innerText()).toBe("Boats float because they push");
    await page.reload();
    await trouble.getByRole("button", { name: "Try again" }).click();
    await page.locator(".answer-text").getByText("Again.").waitFor();
    await waitForAnswer(page);
    expect(await page.getByText("cut off").count()).toBe(0);
    await leave();
    await second.end("SIGTERM");
  });
});
