// Answers in Markdown as models write them, on the built server, whose files and headers are the real ones.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { ask, inEachScheme, overflow, visit, waitForAnswer } from "../support/clients/visitor.ts";
import { cleanUp, startServer, type ServerProcess } from "../support/servers/server-process.ts";
import {
  answers,
  says,
  startModelStandIn,
  type ModelStandIn,
  type Step,
} from "../support/stand-ins/model-stand-in.ts";

const chromium = findChromium();

const code = "const port: number = 7860; // the Space's\nawait listen(`http://localhost:${port}`);";
const answer = [
  "## Deploying\n\nSet `ALLOWED_ORIGINS`, then **start** it:\n",
  `1. Install:\n   \`\`\`bash\n   npm install --omit=dev # without tools\n   export PORT="7860"\n   \`\`\`\n2. Configure:\n   - the origin\n   - the key\n     1. make one\n     2. keep it\n3. Start it.\n`,
  "- [x] read the documents\n- [ ] write the rest of a list that is so long that it needs a second line on a phone\n",
  "| Setting | Default | Requests in a minute |\n|:--|:-:|--:|\n| `CHAT_RATE_LIMIT` | 10/60s | 10 |\n| `READ_RATE_LIMIT` with a rather long explanation that wraps | 300/60s | 1,000 |\n| `SEARCH_RATE_LIMIT` | 60/60s | 60 |\n",
  "The rate is $\\lambda = \\frac{n}{t}$, so at $5 a month and $10 a year:\n\n$$\nP(k) = \\frac{\\lambda^k e^{-\\lambda}}{k!}\n- \\sum_{i=0}^{n} \\sqrt{x_i^2 + y_i^2}\n$$\n\nand \\(a \\le b\\) with\n\n\\[\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix} \\cdot \\left( \\int_0^\\infty e^{-x^2}\\,dx + \\alpha + \\beta + \\gamma + \\delta + \\epsilon + \\zeta + \\eta + \\theta \\right)\\]\n",
  `\`\`\`ts\n${code}\n\`\`\`\n`,
  '```json\n{ "name": "docent", "retries": 3, "safe": true }\n```\n\n```\nno language\n```\n\n',
  "```diff\n- old\n+ new\n```\n\n> A quoted line.",
].join("\n");

describe.skipIf(!chromium)("an answer in Markdown", () => {
  let browser: Browser;
  let model: ModelStandIn;
  let server: ServerProcess;

  beforeAll(async () => {
    model = await startModelStandIn();
    const environment = {
      OPENAI_API_KEY: "k".repeat(40),
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: "m",
    };
    [browser, server] = await Promise.all([
      openBrowser(chromium ?? ""),
      startServer({ environment }),
    ]);
  });
  afterAll(async () => {
    await model?.stop();
    await cleanUp();
  });

  async function show(text: string, options: BrowserContextOptions = {}) {
    model.answer(answers(...(text.match(/[^]{1,7}/g) ?? [])));
    const visitor = await visit(browser, server.url, options);
    await ask(visitor.page, "How?");
    await waitForAnswer(visitor.page);
    return visitor;
  }

  test("is typeset, legible and no wider than a window of 1280 or 390 pixels, light or dark", async () => {
    // Otherwise the colours of buttons go over from one scheme to the other.
    const { page, complaints, outside, leave } = await show(answer, { reducedMotion: "reduce" });
    await page.locator(".answer math").nth(3).waitFor();
    await page.locator(".code-added").waitFor();
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      await inEachScheme(page, async (scheme) => {
        expect(await overflow(page), `${scheme}, ${width}`).toBe(0);
        const all = await colours(page);
        const faint = all.filter(([, text, below]) => contrast(text, below) < 4.5);
        expect(faint, `${scheme}, ${width}`).toEqual([]);
      });
    }
    expect(complaints).toEqual([]);
    expect(outside).toEqual([]);
    await leave();
  });

  test("has tables with headers and alignment, nested lists, boxes and formulas", async () => {
    const { page, leave } = await show(answer);
    const header = page.getByRole("columnheader", { name: "Requests in a minute" });
    expect(await header.getAttribute("scope")).toBe("col");
    const aligned = await page.getByRole("cell", { name: "10/60s" }).getAttribute("class");
    expect(aligned).toBe("align-center");
    expect(await page.locator(".answer-text > ol > li").count()).toBe(3);
    expect(await page.locator("ol > li > .code-block").innerText()).toContain("npm install");
    expect(await page.locator("ol > li > ul > li > ol > li").allInnerTexts()).toEqual([
      "make one",
      "keep it",
    ]);
    const box = page.getByRole("checkbox", { name: "read the documents" });
    expect([await box.isChecked(), await box.isDisabled()]).toEqual([true, true]);
    expect(await page.getByRole("checkbox", { checked: false }).count()).toBe(1);
    await page.locator(".maths-block math").nth(1).waitFor();
    expect(await page.locator(".maths-inline math mfrac").count()).toBe(1);
    expect(
      await page.locator(".answer-text p").getByText("at $5 a month and $10 a year").count(),
    ).toBe(1);
    await leave();
  });

  test("has code and an answer that are copied by keyboard as they were written", async () => {
    const { page, leave } = await show(answer, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const clipboard = () => page.evaluate<string>("navigator.clipboard.readText()");
    const block = page.locator(".code-block").filter({ hasText: "localhost" });
    await block.locator(".code-keyword").first().waitFor();
    await block.getByRole("button", { name: "Copy code" }).focus();
    await page.keyboard.press("Enter");
    await block.getByRole("button", { name: "Copied" }).waitFor();
    expect(await clipboard()).toBe(code);
    await page.getByRole("button", { name: "Copy answer" }).focus();
    await page.keyboard.press("Space");
    await page
      .getByRole("article", { name: "Answer" })
      .getByText("Copied", { exact: true })
      .last()
      .waitFor();
    await expect.poll(clipboard).toBe(answer);
    await leave();
  });

  test("is text while it is incomplete, and stays as it is while more is written", async () => {
    const { page, leave } = await show("Hello");
    const [first, second, third] = [gate(), gate(), gate()];
    model.answer([
      says("$a$ and $b"),
      first.step,
      says("^2$\n\n| c | d |\n|--"),
      second.step,
      says("|--|\n| e | f |\n"),
      third.step,
      ...answers("| g | h |\n"),
    ]);
    await ask(page, "And now?");
    const body = page.locator(".answer-text").last();
    await body.getByText("and $b", { exact: false }).waitFor();
    await body.locator("math").waitFor();
    await page.evaluate("window.formula = document.querySelector('math')");
    first.open();
    await body.getByText("| c | d |", { exact: true }).waitFor();
    expect(await body.locator("table").count()).toBe(0);
    second.open();
    await body.getByRole("cell", { name: "e" }).waitFor();
    await page.evaluate("window.row = document.querySelector('tbody tr')");
    third.open();
    await body.getByRole("cell", { name: "g" }).waitFor();
    const kept = "document.contains(window.formula) && document.contains(window.row)";
    expect(await page.evaluate<boolean>(kept)).toBe(true);
    await leave();
  });

  test("asks for scripts only when it has maths, or code in a known language", async () => {
    const { page, leave } = await show("| a |\n|---|\n| $5 |\n\n```nonsense\nx\n```\n");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const parts = () =>
      asked.filter((path) => path.startsWith("/parts/")).map((path) => path.split("-")[0]);
    await again(page, "Still $5.");
    expect(parts()).toEqual([]);
    await again(page, "```js\nlet a\n```\n\n```py\nimport b\n```\n\n$c$ and $d$");
    await page.locator("math").nth(1).waitFor();
    await page.locator(".code-keyword").nth(1).waitFor();
    expect(new Set(parts())).toEqual(new Set(["/parts/highlight", "/parts/maths"]));
    expect(parts()).toHaveLength(2);
    await leave();
  });

  test("stays readable without the scripts", async () => {
    const { page, complaints, leave } = await show("Hello");
    await page.route("**/parts/**", (route) => route.abort());
    await again(page, "A $x^2$ and\n```js\nlet a\n```\n");
    expect(await page.locator(".answer-text").last().innerText()).toContain("A $x^2$ and");
    expect(await page.locator(".answer pre").innerText()).toBe("let a");
    expect(complaints).toEqual([]);
    await leave();
  });

  test("runs no other script in the place of theirs", async () => {
    const { page, complaints, leave } = await show("Hello");
    await page.route("**/parts/maths*", (route) =>
      route.fulfill({ contentType: "text/javascript", body: "document.title = 'taken over'" }),
    );
    await again(page, "A $x^2$ here");
    await expect.poll(() => complaints.join()).toContain("integrity");
    expect(await page.title()).not.toBe("taken over");
    const url = "data:text/javascript,0";
    const refused = `(() => { try { new Worker("${url}"); return "made" } catch (error) { return error.name } })()`;
    expect(await page.evaluate<string>(refused)).toBe("TypeError");
    await leave();
  });

  test("keeps the page whole, whatever maths and code it has", async () => {
    const hostile = [
      "$\\label{send} \\tag{1} x$ $\\href{javascript:alert(1)}{x}$ $\\rule{9999em}{9999em}$",
      "$\\def\\a{\\a\\a}\\a$ $\\kern-9999em x$ $<img src=x onerror=alert(1)>=1$",
      `\`\`\`js\n${"a<".repeat(14_000)}\n\`\`\``,
      "```html\n<img src=x onerror=alert(1)><script>alert(1)</script>\n```",
      "$$\\begin{align} a &= b \\label{composer} \\end{align}$$",
    ].join("\n\n");
    const { page, complaints, leave } = await show(hostile);
    await page.locator(".code-keyword").first().waitFor();
    await page.locator("math").last().waitFor();
    expect(
      await page.locator(".answer-text [id], .answer-text img, .answer-text [href]").count(),
    ).toBe(0);
    expect(await overflow(page)).toBe(0);
    expect(complaints).toEqual([]);
    await leave();
  });

  async function again(page: Page, text: string): Promise<void> {
    model.answer(answers(text));
    const copies = page.getByRole("button", { name: "Copy answer" });
    const before = await copies.count();
    await ask(page, "And now?");
    await copies.nth(before).waitFor();
  }
});

/** A step at which the model waits until it is opened. */
function gate(): { step: Step; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { step: { kind: "until", settled: promise }, open: resolve };
}

/** Kind, colour and background of each piece of code, the latter two as `r, g, b`. */
function colours(page: Page): Promise<[string, string, string][]> {
  return page.evaluate(
    "[...document.querySelectorAll('.code-block [class^=code-], .code-block button')].map((each) => [" +
      "each.className, getComputedStyle(each).color, getComputedStyle(each.closest('.code-block')).backgroundColor])",
  );
}

/** WCAG 2.2's contrast ratio of two `rgb(…)`. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [one, other]
    .map((colour) => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((channel) => {
        const part = Number(channel) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}
