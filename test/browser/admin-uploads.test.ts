import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { openAdmin, operatorKey, pickedFile } from "../support/clients/operator.ts";
import { startPageServer, type PageServer } from "../support/servers/page-server.ts";
import { temporaryDirectory } from "../support/servers/temporary-directory.ts";

const chromium = findChromium();

describe.skipIf(!chromium)("the operator's page", () => {
  let browser: Browser;
  let server: PageServer;

  beforeAll(async () => {
    [browser, server] = await Promise.all([
      openBrowser(chromium ?? ""),
      startPageServer({ ADMIN_API_KEY: operatorKey, DOCUMENT_LIMIT_MB: "1" }),
    ]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  test("uploads files and names those that the server cannot take", async () => {
    const { page, complaints, leave } = await openAdmin(browser, server.url);
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles([
        pickedFile("bees.md", "# Bees\n\nBees sleep at night."),
        pickedFile("moles.txt", "Moles dig."),
        pickedFile("broken.md", Buffer.from([0x61, 0xff])),
        pickedFile("large.md", Buffer.alloc(1024 * 1024 + 1, "a")),
        pickedFile("picture.png", "x"),
        pickedFile(".hidden.md", "x"),
      ]);
    await page.getByText("2 files uploaded, 3 failed, 1 hidden file passed over.").waitFor();
    const list = page.getByRole("list", { name: "Uploaded files" });
    const line = (name: string) => list.getByRole("listitem").filter({ hasText: name });
    await line("broken.md").getByText("not valid UTF-8 at byte 1").waitFor();
    await line("large.md")
      .getByText("Larger than 1 MB, the most that a document may have.")
      .waitFor();
    await line("picture.png").getByText("Not a kind of document that is read").waitFor();
    await line("bees.md").getByText("Added").waitFor();
    expect(await page.getByRole("button", { name: "Try again" }).isVisible()).toBe(false);
    await page.getByLabel("Source").selectOption("api");
    await page.getByText("2 documents.").waitFor();
    await page.getByRole("button", { name: "Clear the list" }).click();
    await list.getByRole("listitem").first().waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
    await leave();
  });

  test("uploads a folder with its paths, waits when the server asks, and can be cancelled", async () => {
    const { page, complaints, leave } = await openAdmin(browser, server.url);
    const folder = await temporaryDirectory();
    await mkdir(join(folder, "handbook/part"), { recursive: true });
    await mkdir(join(folder, "handbook/.git"));
    for (let index = 0; index < 70; index += 1) {
      await writeFile(join(folder, `handbook/part/${index}.md`), `# Page ${index}\n\nLamps burn.`);
    }
    await writeFile(join(folder, "handbook/.git/config.md"), "x");
    let sent = 0;
    const held = Promise.withResolvers<void>();
    await page.route("**/api/documents", async (route) => {
      sent += 1;
      if (sent === 1)
        return route.fulfill({ status: 429, headers: { "retry-after": "2" }, body: "{}" });
      if (sent > 4) await held.promise;
      // A cancelled request cannot go on.
      return route.continue().catch(() => undefined);
    });
    await page.locator("input[type=file]").nth(1).setInputFiles(join(folder, "handbook"));
    await page.getByText(/ The server asked to wait; going on in \d s\.$/).waitFor();
    await page.getByText(/^\d0 of 70 files uploaded/).waitFor();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page
      .getByText(/^\d0 files uploaded, \d0 cancelled, 1 hidden file passed over\.$/)
      .waitFor();
    held.resolve();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("70 files uploaded, 1 hidden file passed over.").waitFor();
    await page.getByLabel("Path or title contains").fill("part/69.md");
    await page.getByText("1 document found.").waitFor();
    expect(await page.locator(".document-path").innerText()).toBe("part/69.md");
    expect(complaints).toEqual([]);
    await leave();
  });

  test("takes what is dropped, and tries again what the network lost", async () => {
    const { page, complaints, leave } = await openAdmin(browser, server.url);
    await page.route("**/api/documents", (route) => route.abort());
    await page.evaluate(
      `(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(["Owls see at night."], "owls.md"));
        const options = { dataTransfer: transfer, bubbles: true, cancelable: true };
        document.querySelector(".drop").dispatchEvent(new DragEvent("drop", options));
      })()`,
    );
    await page.getByText(/ The server does not answer; going on in \d s\.$/).waitFor();
    await page.getByText("0 files uploaded, 1 failed.").waitFor();
    await page.unroute("**/api/documents");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("1 file uploaded.").waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });
});
