import type { Browser, BrowserContextOptions, FrameLocator, Page } from "playwright-core";

export interface Visitor {
  readonly page: Page;
  /** Console output: violations of the policy, uncaught errors, the browser's warnings. */
  readonly complaints: string[];
  /** Requests that left the site. */
  readonly outside: string[];
  readonly leave: () => Promise<void>;
}

/** Opens the page as a new visitor with an empty storage. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  // A busy machine takes a second for what takes ten milliseconds on an idle one.
  page.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  const outside: string[] = [];
  page.on("console", (message) => {
    // The browser also logs refused requests, which the page handles.
    const refused = message.text().startsWith("Failed to load resource");
    if (!refused) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) {
      outside.push(request.url());
    }
  });
  await page.goto(url);
  return { page, complaints, outside, leave: () => context.close() };
}

export async function ask(where: Page | FrameLocator, question: string): Promise<void> {
  const field = where.getByLabel("Your question");
  await field.fill(question);
  await field.press("Enter");
}

/** Waits until the answer is complete and shows its sources. */
export async function waitForAnswer(where: Page | FrameLocator): Promise<void> {
  await where.getByRole("button", { name: "Copy answer" }).last().waitFor();
}

/** Pixels by which the page is wider than its window. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>(
    "Math.max(...['html', 'main', 'footer', 'header'].map((name) => {" +
      "const box = document.querySelector(name); return box.scrollWidth - box.clientWidth; }))",
  );
}
