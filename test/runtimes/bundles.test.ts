import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { built } from "../support/servers/built.ts";

const importing = /\b(?:from|import|import\()"([\w@:./-]+)"/g;

/** A bundle with all of its chunks: the files, and what they import from outside. */
function read(file: string, files = new Map<string, string>(), outside = new Set<string>()) {
  const code = readFileSync(file, "utf8");
  files.set(file, code);
  for (const [, name = ""] of code.matchAll(importing)) {
    const chunk = join(dirname(file), name);
    if (!name.startsWith("./")) outside.add(name);
    else if (!files.has(chunk)) read(chunk, files, outside);
  }
  return { code: [...files.values()].join("\n"), outside };
}

describe("the worker's bundle", () => {
  test("has at most 150 KB, gzipped", () => {
    const code = readFileSync(built("cloudflare/worker.js"));
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(150 * 1024);
  });

  test("imports nothing but what the platform offers", () => {
    const { outside } = read(built("cloudflare/worker.js"));
    expect(outside).toEqual(new Set(["node:buffer", "node:crypto"]));
  });
});

test("the embedded database comes with the runtimes that offer it, and with no other", () => {
  const programs = ["server", "deno", "bun", "node-app", "vercel", "cloudflare/worker"];
  const carriers = programs.filter((name) => read(built(`${name}.js`)).code.includes("pglite"));
  expect(carriers).toEqual(["server", "deno", "bun", "node-app"]);
});
