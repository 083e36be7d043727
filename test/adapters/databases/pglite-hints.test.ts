import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pgliteFile } from "../../../adapters/databases/pglite/files.ts";
import {
  hintsFile,
  readModule,
  type CompilationHints,
} from "../../../adapters/databases/pglite/hints.ts";
import { built } from "../../support/servers/built.ts";

/** Functions that V8 is to compile in the background have this byte. */
const inBackground = 0x17;

test("the build's hints name the functions of a first answer, in PGlite's own module", async () => {
  const hints = JSON.parse(await readFile(built(hintsFile), "utf8")) as CompilationHints;
  const module = new WebAssembly.Module(readModule(pgliteFile("pglite.wasm"), hints));
  const [section] = WebAssembly.Module.customSections(module, "compilationHints");
  const named = new Uint8Array(section ?? new ArrayBuffer(0)).filter(
    (byte) => byte === inBackground,
  );
  expect(named.length).toBeGreaterThan(2000);
  expect(named.length).toBeLessThan(4000);
});

test("hints for another version's module are left out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "docent-"));
  const path = join(folder, "module");
  await writeFile(path, new Uint8Array([1, 2, 3]));
  expect([...readModule(path, { length: 4, at: 2, section: "AA==" })]).toEqual([1, 2, 3]);
  expect([...readModule(path, undefined)]).toEqual([1, 2, 3]);
  expect([...readModule(path, { length: 3, at: 2, section: "AA==" })]).toEqual([1, 2, 0, 3]);
  await rm(folder, { recursive: true });
});
