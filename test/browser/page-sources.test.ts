// What an answer rests on: cards, previews, passages and quotes, on a real server.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { ask, inEachScheme, overflow, visit, waitForAnswer } from "../support/clients/visitor.ts";
import { startTestServer, type TestServer } from "../support/servers/test-server.ts";

const chromium = findChromium();
const question = "How do I prune apple trees?";
const pages = {
  "orchard/apples.md": `# Apple trees

## How to prune

To prune apple trees, cut crossing branches first.

Apple trees that you prune each winter bear more fruit.

A script prunes all apple trees:

\`\`\`py
def prune(tree):
    for branch in tree.apple_branches:
        branch.cut()
\`\`\`
`,
  "orchard/pears.md": "# Pear trees\n\nPear trees flower in April and want a sunny wall.\n",
};

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ["in a wide window", {}],
  ["on a phone", phone],
];

describe.skipIf(!chromium)("the sources of an answer", () => {
  let browser: Browser;
  let server: TestServer;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "docent-"));
    for (const [path, content] of Object.entries(pages)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const environment = { DOCUMENTS_DIR: folder, DOCUMENTS_URL_BASE: "https://www.trees.example/" };
    [browser, server] = await Promise.all([
      openBrowser(chromium ?? ""),
      startTestServer(environment),
    ]);
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function asked(options: BrowserContextOptions = {}, text = question) {
    const visitor = await visit(browser, server.url, options);
    await ask(visitor.page, text);
    await waitForAnswer(visitor.page);
    const { page } = visitor;
    return { ...visitor, preview: page.getByRole("tooltip"), marker: page.locator(".citation") };
  }

  test.each(looks)("are cards that link to the page, %s, light or dark", async (_, options) => {
    const { page, complaints, leave } = await asked(options);
    const card = page.getByLabel("Sources").getByRole("listitem").first();
    const title = card.getByRole("link", { name: "Apple trees (opens in a new tab)" });
    const address = "https://www.trees.example/orchard/apples#how-to-prune";
    expect(await title.getAttribute("href")).toBe(address);
    expect(await title.getAttribute("target")).toBe("_blank");
    expect(await title.getAttribute("rel")).toContain("noopener");
    await card.getByText("trees.example › How to prune").waitFor();
    const line = card.getByRole("button", { name: "Show the passage: To prune apple trees" });
    expect(await line.locator("mark").allTextContents()).toEqual(["prune apple trees"]);
    const fits = (scheme: string) => expect(overflow(page), scheme).resolves.toBe(0);
    await inEachScheme(page, fits);
    await line.click();
    await page.getByRole("dialog", { name: "Apple trees" }).waitFor();
    await inEachScheme(page, fits);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("show the code of a passage in monospace, with its indentation", async () => {
    const { page, leave } = await asked();
    await page.locator(".card-line").first().click();
    const code = page.getByRole("dialog").locator("pre");
    const text = "def prune(tree):\n    for branch in tree.apple_branches:\n        branch.cut()";
    expect(await code.innerText()).toBe(text);
    const font = "getComputedStyle(document.querySelector('dialog pre code')).fontFamily";
    expect(await page.evaluate<string>(font)).toContain("monospace");
    await leave();
  });

  test("are quoted in one block each, with one marker, over a reload too", async () => {
    const { page, marker, leave } = await asked();
    for (const look of ["streamed", "stored"]) {
      if (look === "stored") await page.reload();
      await waitForAnswer(page);
      const quote = page.locator(".answer-text > blockquote");
      expect(await quote.count(), look).toBe(1);
      expect(await marker.count(), look).toBe(1);
      expect(await quote.innerText()).toMatch(/crossing branches first[^]*bear more fruit/);
    }
    await leave();
  });

  test("are previewed while the pointer is on a marker or on the preview", async () => {
    const { page, preview, marker, leave } = await asked();
    await marker.hover();
    await preview.getByText("trees.example › How to prune").waitFor();
    expect(await marker.getAttribute("aria-describedby")).toBe(await preview.getAttribute("id"));
    await preview.getByRole("link").hover();
    // Longer than it stays without the pointer.
    await page.waitForTimeout(600);
    expect(await preview.isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    await preview.waitFor({ state: "hidden" });
    expect(await marker.getAttribute("aria-describedby")).toBeNull();
    await marker.hover();
    await preview.waitFor();
    await page.getByLabel("Your question").hover();
    await preview.waitFor({ state: "hidden" });
    await leave();
  });

  test("are previewed by keyboard alone, and opened with Enter", async () => {
    const { page, preview, marker, complaints, leave } = await asked();
    const isFocused = () => page.evaluate<boolean>("document.activeElement.matches('.citation')");
    for (let stops = 0; stops < 30 && !(await isFocused()); stops++) {
      await page.keyboard.press("Shift+Tab");
    }
    await preview.waitFor();
    await page.keyboard.press("Escape");
    await preview.waitFor({ state: "hidden" });
    expect(await isFocused()).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Apple trees" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await isFocused()).toBe(true);
    expect(await preview.isVisible()).toBe(false);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Shift+Tab");
    await preview.waitFor();
    await page.keyboard.press("Tab");
    await preview.waitFor({ state: "hidden" });
    expect(await marker.count()).toBe(1);
    expect(complaints).toEqual([]);
    await leave();
  });

  test("are previewed at a tap, and go at a tap beside it", async () => {
    const { page, preview, marker, leave } = await asked(phone);
    await marker.tap();
    await preview.waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await overflow(page)).toBe(0);
    await page.locator(".question").tap();
    await preview.waitFor({ state: "hidden" });
    await marker.tap();
    await preview.getByRole("button", { name: /^Show the passage/ }).tap();
    await page.getByRole("dialog", { name: "Apple trees" }).waitFor();
    await leave();
  });

  test("of a refusal are the closest pages, as cards, over a reload too", async () => {
    const { page, leave } = await asked({}, "Which trees bake sourdough bread overnight?");
    for (const look of ["streamed", "stored"]) {
      if (look === "stored") await page.reload();
      await waitForAnswer(page);
      const cards = page.getByLabel("Closest pages").getByRole("listitem");
      await cards.getByRole("link", { name: "Pear trees (opens in a new tab)" }).waitFor();
      expect(await cards.first().innerText(), look).toContain("trees.example › orchard");
      expect(await page.locator(".answer-text ul").count(), look).toBe(0);
    }
    await leave();
  });
});
