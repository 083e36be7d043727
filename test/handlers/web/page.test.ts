import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { buildPage } from "../../../.tools/build-page.ts";
import { contentSecurityPolicy } from "../../../handlers/web/page.ts";

const hash = (text: string): string =>
  `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

test("allows exactly the page's own script and style", async () => {
  const policy = await contentSecurityPolicy(
    "<style>a{}</style><script>one()</script><script>two('ä')</script>",
  );
  expect(policy).toContain(`script-src ${hash("one()")} ${hash("two('ä')")};`);
  expect(policy).toContain(`style-src ${hash("a{}")};`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'self' https://huggingface.co");
  expect(policy).not.toContain("unsafe");
});

test("allows no script where the page has none", async () => {
  expect(await contentSecurityPolicy("<p>")).toContain("script-src 'none'; style-src 'none'");
});

test("the built page is one document without inline handlers, style attributes or outside files", async () => {
  const html = await buildPage();
  expect(html.match(/<script\b/g)).toHaveLength(1);
  expect(html.match(/<\/script>/g)).toHaveLength(1);
  const markup = html.replace(/<(script|style)>[^]*?<\/\1>/g, "");
  expect(markup).not.toMatch(/\s(on\w+|style|src)=/);
  expect(markup).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  expect(html).not.toContain("innerHTML");
});
