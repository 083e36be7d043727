import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { built } from "../support/servers/built.ts";

const importing = /\b(?:from|import|import\()"([\w@:./-]+)"/g;
/** Without what is imported only when it is needed. */
const loadedAtStart = /\b(?:from|import)"([\w@:./-]+)"/g;

/** A bundle with its chunks: the files, and what they import from outside. */
function read(
  file: string,
  pattern = importing,
  files = new Map<string, string>(),
  outside = new Set<string>(),
) {
  const code = readFileSync(file, "utf8");
  files.set(file, code);
  for (const [, name = ""] of code.matchAll(pattern)) {
    const chunk = join(dirname(file), name);
    if (!name.startsWith("./")) outside.add(name);
    else if (!files.has(chunk)) read(chunk, pattern, files, outside);
  }
  return { code: [...files.values()].join("\n"), files, outside };
}

describe("the worker's bundle", () => {
  test("has at most 160 KB that every start loads, and 250 KB in all, gzipped", () => {
    const entry = built("cloudflare/worker.js");
    expect(gzipped(read(entry, loadedAtStart).code)).toBeLessThanOrEqual(160 * 1024);
    expect(gzipped(read(entry).code)).toBeLessThanOrEqual(250 * 1024);
  });

  test("has the list of common passwords among its assets", () => {
    expect(readFileSync(built("cloudflare/assets/common-passwords.txt"), "utf8")).toMatch(
      /^letmein$/m,
    );
  });

  test("imports nothing but what the platform offers", () => {
    const { outside } = read(built("cloudflare/worker.js"));
    expect(outside).toEqual(new Set(["node:buffer", "node:crypto"]));
  });
});

function gzipped(code: string): number {
  return gzipSync(code, { level: 9 }).length;
}

test("the embedded database comes with the runtimes that offer it, and with no other", () => {
  const programs = ["server", "deno", "bun", "node-app", "vercel", "cloudflare/worker"];
  const carriers = programs.filter((name) => read(built(`${name}.js`)).code.includes("pglite"));
  expect(carriers).toEqual(["server", "deno", "bun", "node-app"]);
});
