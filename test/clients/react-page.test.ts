// React pages of another site: the README's `useChat` example, and the widget of Docusaurus' local search.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openBrowser } from "../support/clients/browser.ts";
import { fillIn, readExamples } from "../support/clients/readme-examples.ts";
import { visit } from "../support/clients/visitor.ts";
import { useAskedServer } from "../support/servers/asked-server.ts";
import { answers, says } from "../support/stand-ins/model-stand-in.ts";

const chromium = findChromium();
const server = useAskedServer({ ALLOWED_ORIGINS: "http://book.example" });

async function exampleOf(language: string): Promise<string> {
  const found = (await readExamples()).find((example) => example.language === language);
  if (!found) throw new Error(`the README has no example in ${language}`);
  return fillIn(found.code, server);
}

/** A page that renders an element. @param code the beginning of its module, in TypeScript with JSX */
async function pageOf(code: string, element: string): Promise<string> {
  const render = `import { createRoot } from "react-dom/client";\n${code}
    createRoot(document.getElementById("root")!).render(${element});`;
  const { outputFiles } = await build({
    stdin: { contents: render, loader: "tsx", resolveDir: "test" },
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".css": "empty" },
  });
  const script = (outputFiles[0]?.text ?? "").replaceAll("</script", "<\\/script");
  return `<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script>${script}</script>`;
}

describe.skipIf(!chromium)("a React page of another origin", () => {
  let browser: Browser;
  let site: Server;
  let html = "";
  beforeAll(async () => {
    browser = await openBrowser(chromium ?? "");
    site = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(html);
    });
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    site?.close();
  });

  /** Opens the page as http://book.example. */
  async function open() {
    const { port } = site.address() as AddressInfo;
    const visitor = await visit(browser, `http://127.0.0.1:${port}`);
    await visitor.page.route("http://book.example/", (route) =>
      route.fulfill({ contentType: "text/html", body: html }),
    );
    await visitor.page.goto("http://book.example/");
    return visitor;
  }

  test("chats with useChat, and says what went wrong", async () => {
    const chatId = crypto.randomUUID();
    const element = `<Chat chatId="${chatId}" accessToken="${server.apiKey}" />`;
    html = await pageOf(await exampleOf("tsx"), element);
    const { promise: settled, resolve: goOn } = Promise.withResolvers<void>();
    const [begin, ...rest] = answers("button [1].");
    if (begin)
      server.model.answer([begin, says("Press the "), { kind: "until", settled }, ...rest]);
    const { page, complaints, leave } = await open();
    const ask = async (question: string) => {
      await page.getByLabel("Question").fill(question);
      await page.getByRole("button", { name: "Ask" }).click();
    };
    await ask("How do I install it?");
    await page.locator(".assistant p", { hasText: /^Press the\s*$/ }).waitFor();
    expect(await page.getByRole("button", { name: "Ask" }).isDisabled()).toBe(true);
    goOn();
    await page.locator(".assistant p", { hasText: "Press the button [1]." }).waitFor();
    const link = page.locator(".assistant a");
    await link.waitFor();
    expect(await link.getAttribute("href")).toContain("https://example.org/install");

    server.model.answer(answers("Then wait."));
    await ask("And then?");
    await page.locator(".assistant p", { hasText: "Then wait." }).waitFor();
    const sent = JSON.stringify(server.model.requests.at(-1)?.body);
    expect(sent).toContain("Press the button");

    await ask("x".repeat(2001));
    await page.getByRole("alert").waitFor();
    expect(complaints).toEqual([]);
    await leave();
  });

  test("shows the links of an answer in Ask AI of Docusaurus' local search", async () => {
    const config = await exampleOf("js");
    const code = `import { AskAIWidget } from "open-ask-ai";\n${config.replace("export default", "const config =")}`;
    html = await pageOf(code, "<AskAIWidget {...config.themes[0][1].askAi} />");
    server.model.answer(answers("Press the ", "button [1]."));
    const { page, leave } = await open();
    await page.getByRole("button").first().click();
    await page.getByRole("textbox").fill("How do I install it?");
    await page.keyboard.press("Enter");
    await page.getByText("Press the button [1].").waitFor();
    const link = page.getByRole("link", { name: "How to install it" });
    await link.waitFor();
    expect(await link.getAttribute("href")).toContain("https://example.org/install");
    await leave();
  });
});
