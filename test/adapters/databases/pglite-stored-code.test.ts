import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pgliteFile } from "../../../adapters/databases/pglite/files.ts";
import { readStoredCode, storedCodeFile } from "../../../adapters/databases/pglite/stored-code.ts";
import { built } from "../../support/servers/built.ts";

const module = pgliteFile("pglite.wasm");
const code = built(storedCodeFile);
let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "docent-"))));
afterAll(() => rm(folder, { recursive: true }));

/** A copy of a file whose content is changed. */
function copyOf(file: string, change: (content: Buffer) => Buffer): string {
  const copy = join(folder, "copy");
  writeFileSync(copy, change(readFileSync(file)));
  return copy;
}

/** The same but for the byte at this place. */
const damage = (file: string, at: number) =>
  copyOf(file, (content) => content.fill(~(content[at] ?? 0), at, at + 1));

test("V8 takes the machine code of the build, and of the sources", () => {
  expect(readStoredCode(module, code)).toBeInstanceOf(WebAssembly.Module);
  expect(readStoredCode(module)).toBeInstanceOf(WebAssembly.Module);
});

test.each([
  ["is damaged", () => damage(code, 3_000_000)],
  ["is cut off", () => copyOf(code, (content) => content.subarray(0, 1000))],
  ["is empty", () => copyOf(code, () => Buffer.alloc(0))],
  ["is missing", () => join(folder, "missing")],
])("code that %s is left out", (_how, make) => {
  expect(readStoredCode(module, make())).toBeUndefined();
});

test("code of another module is left out", () => {
  expect(readStoredCode(damage(module, 5_000_000), code)).toBeUndefined();
});
