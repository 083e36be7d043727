import type {
  Browser,
  BrowserContextOptions,
  CDPSession,
  FrameLocator,
  Page,
} from "playwright-core";

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
  const tab = await openTab(browser, options);
  const { page } = tab;
  const complaints: string[] = [];
  const outside: string[] = [];
  const origins = new Set<string>();
  const { origin } = new URL(url);
  page.on("console", (message) => {
    // The browser also logs refused requests, which the page handles.
    const refused = message.text().startsWith("Failed to load resource");
    if (!refused) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) {
      outside.push(request.url());
    }
  });
  page.on("framenavigated", (frame) => origins.add(URL.parse(frame.url())?.origin ?? ""));
  await page.goto(url);
  return { page, complaints, outside, leave: () => closeTab(browser, tab, origins) };
}

interface Tab {
  readonly page: Page;
  readonly devtools: CDPSession;
  /** Its options that only a new context takes. */
  readonly kind: string;
}

/** Emptied tabs that visitors have left: a new context and its process take most of a second of a core. */
const idle = new Map<Browser, Tab[]>();

async function openTab(browser: Browser, options: BrowserContextOptions): Promise<Tab> {
  const { viewport, colorScheme, reducedMotion, storageState, permissions, ...others } = options;
  const size = viewport ?? { width: 1280, height: 800 };
  const tab =
    takeIdle(browser, JSON.stringify(others)) ??
    (await openNewTab(browser, { viewport: size, ...others }, JSON.stringify(others)));
  const { page } = tab;
  await page.setViewportSize(size);
  await page.emulateMedia({
    colorScheme: colorScheme ?? null,
    reducedMotion: reducedMotion ?? null,
  });
  if (permissions) await page.context().grantPermissions(permissions);
  if (storageState) await page.context().setStorageState(storageState);
  return tab;
}

function takeIdle(browser: Browser, kind: string): Tab | undefined {
  const tabs = idle.get(browser) ?? [];
  const tab = tabs.find((each) => each.kind === kind);
  idle.set(
    browser,
    tabs.filter((each) => each !== tab),
  );
  return tab;
}

async function openNewTab(
  browser: Browser,
  options: BrowserContextOptions,
  kind: string,
): Promise<Tab> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  // A busy machine takes a second for what takes ten milliseconds on an idle one.
  page.setDefaultTimeout(120_000);
  return { page, devtools: await context.newCDPSession(page), kind };
}

/** Empties the tab for the next visitor, unless it has seen more than one site, or has opened others. */
async function closeTab(browser: Browser, tab: Tab, origins: ReadonlySet<string>): Promise<void> {
  const { page, devtools } = tab;
  const context = page.context();
  const [origin = ""] = origins;
  if (origins.size !== 1 || context.pages().length !== 1) return context.close();
  page.removeAllListeners();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.setOffline(false);
  await context.clearPermissions();
  // Nothing that the page still does may fill it again.
  await page.evaluate("Storage.prototype.setItem = () => undefined; sessionStorage.clear()");
  await page.goto("about:blank");
  await devtools.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  await devtools.send("Network.clearBrowserCache");
  idle.set(browser, [...(idle.get(browser) ?? []), tab]);
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

/** Looks at the page in light and in dark colours, which are a matter of its style alone. */
export async function inEachScheme(
  page: Page,
  look: (scheme: "light" | "dark") => Promise<void>,
): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await look(colorScheme);
  }
}

/** Pixels by which the page is wider than its window. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>(
    "Math.max(...['html', 'main', 'footer', 'header'].map((name) => {" +
      "const box = document.querySelector(name); return box.scrollWidth - box.clientWidth; }))",
  );
}
