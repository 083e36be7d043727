import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { visit, type Visitor } from "./visitor.ts";

export const operatorKey = "the operator's key of at least thirty-two bytes";

/** Opens the operator's page with its key, and waits for the list of documents. */
export async function openAdmin(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const visitor = await visit(browser, `${url}/admin`, { reducedMotion: "reduce", ...options });
  await enterKey(visitor.page);
  return visitor;
}

/** Signs the operator in on their page, and waits for the list of documents. */
export async function enterKey(page: Page): Promise<void> {
  await page.getByLabel("Operator's key").fill(operatorKey);
  await page.keyboard.press("Enter");
  await page.locator(".list-status:not(:empty)").waitFor();
}

/** A Markdown file to choose in the page. */
export function pickedFile(name: string, content: string | Buffer) {
  return { name, mimeType: "text/markdown", buffer: Buffer.from(content) };
}
