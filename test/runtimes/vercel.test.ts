import { readdirSync, readFileSync } from "node:fs";
import { matchesGlob } from "node:path";
import { expect, test } from "vitest";
import { built } from "../support/servers/built.ts";

test("what the README deploys to Vercel has every file that the pages need", () => {
  const readme = readFileSync("README.md", "utf8");
  const pattern = /"includeFiles": "(.*)"/.exec(readme)?.[1] ?? "";
  // Cloudflare's upload has the same files and nothing else.
  const names = readdirSync(built("cloudflare/assets"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      `${parentPath}/${name}`.replace(built("cloudflare/assets"), "dist"),
    );
  expect(names).toContain("dist/page.html");
  expect(names.filter((name) => !matchesGlob(name, pattern))).toEqual([]);
});
