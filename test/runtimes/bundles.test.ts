import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { built } from "../support/servers/built.ts";

const importing = /\b(?:from|import|import\()"([\w@:./-]+)"/g;
/** Without what is imported only when it is needed. */
const loadedAtStart = /\b(?:from|import)"([\w@:./-]+)"/g;

/** A method of MCP that its SDK alone names. */
const onlyInMcp = "subscriptions/listen";

interface ReadOptions {
  readonly pattern?: RegExp;
  /** Leaves out the chunks that hold this text, and those that only they import. */
  readonly without?: string;
}

/** A bundle with its chunks: the files, and what they import from outside. */
function read(
  file: string,
  options: ReadOptions = {},
  files = new Map<string, string>(),
  outside = new Set<string>(),
) {
  const { pattern = importing, without } = options;
  const code = readFileSync(file, "utf8");
  if (without !== undefined && code.includes(without)) return { code: "", files, outside };
  files.set(file, code);
  for (const [, name = ""] of code.matchAll(pattern)) {
    const chunk = join(dirname(file), name);
    if (!name.startsWith("./")) outside.add(name);
    else if (!files.has(chunk)) read(chunk, options, files, outside);
  }
  return { code: [...files.values()].join("\n"), files, outside };
}

describe("the worker's bundle", () => {
  const entry = built("cloudflare/worker.js");

  test("has at most 160 KB that every start loads, and 250 KB in all but MCP, gzipped", () => {
    const atStart = read(entry, { pattern: loadedAtStart }).code;
    expect(gzipped(atStart)).toBeLessThanOrEqual(160 * 1024);
    expect(atStart).not.toContain(onlyInMcp);
    expect(gzipped(read(entry, { without: onlyInMcp }).code)).toBeLessThanOrEqual(250 * 1024);
  });

  test("has at most 90 KB that its first MCP client loads, gzipped", () => {
    const all = read(entry).code;
    expect(all).toContain(onlyInMcp);
    const rest = read(entry, { without: onlyInMcp }).code;
    expect(gzipped(all) - gzipped(rest)).toBeLessThanOrEqual(90 * 1024);
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
  const script = readdirSync(built(".")).find((name) => /^server-script-\w+\.cjs$/.test(name));
  const programs = ["deno.js", "bun.js", "node-app.js", "vercel.js", "cloudflare/worker.js"];
  const carriers = [script ?? "", ...programs].filter((name) =>
    read(built(name)).code.includes("pglite"),
  );
  expect(carriers).toEqual([script, "deno.js", "bun.js", "node-app.js"]);
});
