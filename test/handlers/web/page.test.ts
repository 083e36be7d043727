import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assetMediaType } from "../../../adapters/assets/media-types.ts";
import { contentSecurityPolicy } from "../../../handlers/web/page.ts";
import { built, builtPage } from "../../support/servers/built.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

const hash = (text: string): string =>
  `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

test("allows exactly the page's own script and style", async () => {
  const policy = await contentSecurityPolicy(
    "<style>a{}</style><script>one()</script><script>two('ä')</script>",
  );
  expect(policy).toContain(`script-src ${hash("one()")} ${hash("two('ä')")};`);
  expect(policy).toContain(`style-src ${hash("a{}")};`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("trusted-types docent");
  expect(policy).toContain("frame-ancestors 'self' https://huggingface.co");
  expect(policy).not.toContain("unsafe");
});

test("allows a script on demand by the hash of its content, not by its address", async () => {
  const script = '<script src="/parts/maths-1.js" integrity="sha256-abc+/=" async></script>';
  const policy = await contentSecurityPolicy(
    `<template>${script}</template><script>one()</script>`,
  );
  expect(policy).toContain(`script-src 'sha256-abc+/=' ${hash("one()")};`);
});

test("allows no script where the page has none", async () => {
  expect(await contentSecurityPolicy("<p>")).toContain("script-src 'none'; style-src 'none'");
});

test("the built page is one document without inline handlers, style attributes or outside files", async () => {
  const { maths, highlight } = readParts();
  const parts =
    `<template id="parts" data-highlighter="/parts/${highlight.name}">` +
    `<script src="/parts/${maths.name}" integrity="${maths.integrity}" async></script></template>`;
  expect(builtPage()).toContain(parts);
  const html = builtPage().replace(parts, "");
  expect(html.match(/<script\b/g)).toHaveLength(1);
  expect(html.match(/<\/script>/g)).toHaveLength(1);
  const markup = html.replace(/<(script|style)>[^]*?<\/\1>/g, "");
  expect(markup).not.toMatch(/\s(on\w+|style|src)=/);
  expect(markup).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  expect(html).not.toContain("innerHTML");
});

test("has the operator's name, colour and welcome text, and allows its style", async () => {
  const html = await dressed({
    SITE_NAME: `Ada's <b> & "$&"`,
    SITE_COLOR: "#6b1d58",
    SITE_WELCOME: "Engines <script>alert(1)</script> $1.",
    SUGGESTIONS: "What turns?|What stops?",
  });
  expect(html.body).toContain("<title>Ada's &lt;b&gt; &amp; &quot;$&amp;&quot;</title>");
  const welcome = "Engines &lt;script&gt;alert(1)&lt;/script&gt; $1.";
  expect(html.body).toContain(`<p id="welcome-text">${welcome}</p>`);
  expect(html.body).toContain(`content="${welcome}"`);
  expect(html.body).toContain("fill='%236b1d58'");
  const markup = html.body.replace(/<(script|style)>[^]*?<\/\1>/g, "");
  expect(markup).not.toContain("Docent");
  const [, style = ""] = /<style>([^]*?)<\/style>/.exec(html.body) ?? [];
  expect(style).toContain(":root{--accent:light-dark(#6b1d58,");
  expect(html.policy).toContain(`style-src ${hash(style)};`);
  expect(html.suggestions).toEqual(["What turns?", "What stops?"]);
});

test("knows how long a question may be", async () => {
  const { body } = await dressed({ CHAT_MESSAGE_MAX: "500", SITE_WELCOME: 'data-limit="7"' });
  expect(body.match(/data-limit="\d+"/g)).toEqual(['data-limit="500"']);
});

test("has scripts on demand, which clients keep for a year, and nothing else under their address", async () => {
  const { maths, highlight } = readParts();
  const files = new Map([maths, highlight].map(({ name, code }) => [`parts/${name}`, code]));
  const app = await createTestApp(
    {},
    {
      assets: {
        async read(name) {
          const file = files.get(name) ?? (name === "page.html" ? "<p>" : undefined);
          const body = new TextEncoder().encode(file);
          return file === undefined
            ? undefined
            : { body, mediaType: assetMediaType(name), etag: "v1", gzip: undefined };
        },
      },
    },
  );
  for (const { name, integrity } of [maths, highlight]) {
    const response = await app.fetch(`/parts/${name}`);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    // A thread obeys its own policy: it asks for nothing.
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    const digest = createHash("sha256")
      .update(await response.text())
      .digest("base64");
    expect(`sha256-${digest}`).toBe(integrity);
  }
  for (const name of ["maths-0000000000000000.js", "page.html", "..%2Fpage.html"]) {
    const response = await app.fetch(`/parts/${name}`);
    expect([response.status, response.headers.get("cache-control")]).toEqual([404, "no-store"]);
  }
  await app.close();
});

test("is as it was built without settings", async () => {
  expect((await dressed({})).body).toBe(builtPage());
});
test("the operator's page is in nobody's frame, has the operator's name, and is missing without assets", async () => {
  const body = new TextEncoder().encode(builtPage("admin"));
  const asset = { body, mediaType: "text/html", etag: undefined, gzip: undefined };
  const read = (name: string) => Promise.resolve(name === "admin.html" ? asset : undefined);
  const app = await createTestApp({ SITE_NAME: "The Book" }, { assets: { read } });
  const response = await app.fetch("/admin");
  const policy = response.headers.get("content-security-policy");
  expect(policy).toContain("frame-ancestors 'none';");
  expect(policy).toContain("default-src 'none'");
  const html = await response.text();
  expect(html).toContain("<title>The Book: the operator's page</title>");
  expect(policy).toContain(hash(/<script>([^]*?)<\/script>/.exec(html)?.[1] ?? ""));
  await app.close();
  const nothing = { read: () => Promise.resolve(undefined) };
  const bare = await createTestApp({}, { assets: nothing });
  expect((await bare.fetch("/admin")).status).toBe(404);
  await bare.close();
});

test.each(["#ffffff", "#000000", "#ffe000", "#808080", "#0000ff"])(
  "makes %s legible on light and on dark",
  async (color) => {
    const { body } = await dressed({ SITE_COLOR: color });
    const found = /:root\{--accent:light-dark\((#\w{6}),(#\w{6})\)\}<\/style>/.exec(body);
    const [, light = "", dark = ""] = found ?? [];
    expect(contrast(light, "#f0ece1")).toBeGreaterThanOrEqual(4.5);
    expect(contrast(dark, "#252c28")).toBeGreaterThanOrEqual(4.5);
  },
);

async function readBuiltPage() {
  const body = new TextEncoder().encode(builtPage());
  return { body, mediaType: "text/html", etag: undefined, gzip: undefined };
}

/** The build's scripts on demand. */
function readParts() {
  const names = readdirSync(built("parts"));
  const read = (start: string) => {
    const name = names.find((each) => each.startsWith(start) && each.endsWith(".js")) ?? "";
    const code = readFileSync(join(built("parts"), name), "utf8");
    const integrity = `sha256-${createHash("sha256").update(code).digest("base64")}`;
    return { name, code, integrity };
  };
  return { maths: read("maths"), highlight: read("highlight") };
}

async function dressed(environment: Record<string, string>) {
  const app = await createTestApp(environment, { assets: { read: readBuiltPage } });
  const response = await app.fetch("/", { headers: { accept: "text/html" } });
  const suggested = await app.fetch("/api/suggestions");
  const { suggestions } = (await suggested.json()) as { suggestions: string[] };
  const policy = response.headers.get("content-security-policy") ?? "";
  const found = { body: await response.text(), policy, suggestions };
  await app.close();
  return found;
}

/** WCAG 2.2's contrast ratio. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [one, other]
    .map((color) => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
        const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

describe("the address of a conversation", () => {
  const html = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };
  let docent: TestApp;
  beforeAll(async () => {
    docent = await createTestApp(
      {
        ALLOWED_ORIGINS: "https://book.example, https://*.preview.example:8443, http://[::1]:3000",
        SITE_NAME: "The Robot Book",
      },
      { assets: { read: readBuiltPage } },
    );
  });
  afterAll(() => docent.close());

  test("answers a browser with the page, the same for every id", async () => {
    const home = await docent.fetch("/", html);
    const page = await home.text();
    expect(page).toContain("<title>The Robot Book</title>");
    for (const id of ["0197a1c0-0000-7000-8000-000000000000", "nobody's", "%22%3E%3Cb"]) {
      const response = await docent.fetch(`/c/${id}`, html);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(page);
      for (const name of ["content-security-policy", "cache-control", "vary", "content-type"])
        expect(response.headers.get(name)).toBe(home.headers.get(name));
    }
  });

  test("answers HEAD, and other clients with a problem that names the data's address", async () => {
    const head = await docent.fetch("/c/one", { ...html, method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const response = await docent.fetch("/c/one", { headers: { accept: "application/json" } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      code: "not_found",
      detail: expect.stringContaining("/api/conversations/{id}"),
    });
    expect((await docent.fetch("/c/%E0%A4%A", html)).status).toBe(400);
    expect((await docent.fetch(`/c/${"a".repeat(201)}`, html)).status).toBe(400);
    expect((await docent.fetch("/c/one", { method: "DELETE" })).status).toBe(405);
    expect((await docent.fetch("/c/one/two", html)).status).toBe(404);
    expect((await docent.fetch("/c/", html)).status).toBe(404);
  });

  test("lets the listed origins frame the page, and nobody else", async () => {
    const policy = (await docent.fetch("/c/one", html)).headers.get("content-security-policy");
    expect(policy).toContain(
      "frame-ancestors 'self' https://huggingface.co https://book.example https://*.preview.example:8443;",
    );
    const response = await docent.fetch("/c/one", html);
    expect(response.headers.get("x-frame-options")).toBeNull();
  });

  test("is a 404 on a runtime without the page", async () => {
    const bare = await createTestApp({}, { assets: { read: () => Promise.resolve(undefined) } });
    expect((await bare.fetch("/c/one", html)).status).toBe(404);
    await bare.close();
  });
});

test("no origin can add a directive to the policy", async () => {
  const hostile = ["https://a;b.example", "https://x.example script-src *", "null", "https://*"];
  const policy = await contentSecurityPolicy("<p>", hostile);
  expect(policy).toContain("frame-ancestors 'self' https://huggingface.co; require-trusted");
});
