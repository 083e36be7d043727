import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createExtractiveModel } from "../../adapters/language-models/extractive/model.ts";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { findBarriers } from "../support/clients/axe.ts";
import { openAdmin, operatorKey } from "../support/clients/operator.ts";
import { startPageServer } from "../support/servers/page-server.ts";

const chromium = findChromium();

test.skipIf(!chromium)(
  "the operator's page lists questions that were refused, and says when they are not kept",
  async () => {
    const browser = await openBrowser(chromium ?? "");
    const settings = { ADMIN_API_KEY: operatorKey };
    const model = createExtractiveModel();
    const keeping = await startPageServer({ ...settings, STORE_QUESTIONS: "on" }, model);
    const counting = await startPageServer(settings, model);
    for (const { url } of [keeping, counting]) {
      const headers = { "content-type": "application/json", accept: "application/json" };
      const body = JSON.stringify({ message: "Which moon has the most volcanoes?" });
      await (await fetch(`${url}/api/chat`, { method: "POST", headers, body })).json();
    }

    const { page, complaints, leave } = await openAdmin(browser, keeping.url);
    await page.getByRole("link", { name: "Questions" }).click();
    const table = page.getByRole("table", { name: "Questions that were not answered" });
    await table.getByText("Which moon has the most volcanoes?").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as CSV" }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe("questions.csv");
    expect(await readFile(await download.path(), "utf8")).toContain("Which moon has the most");
    expect(complaints).toEqual([]);
    await leave();

    const other = await openAdmin(browser, counting.url);
    await other.page.getByRole("link", { name: "Questions" }).click();
    await other.page.getByText("set STORE_QUESTIONS=on and restart the server").waitFor();
    expect(await other.page.getByText("volcanoes").count()).toBe(0);
    expect(await other.page.getByRole("button", { name: "Download" }).count()).toBe(0);
    await other.leave();
    await Promise.all([keeping.stop(), counting.stop()]);
  },
);
