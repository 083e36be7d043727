import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { pgliteFile } from "../adapters/databases/pglite/files.ts";
import { hintsFile } from "../adapters/databases/pglite/hints.ts";
import { storedCodeFile } from "../adapters/databases/pglite/stored-code.ts";
import { callsFile, findCalls } from "./postgres-calls.ts";
import { toHints } from "./postgres-hints.ts";

/**
 * Adds to a build the machine code of PostgreSQL's functions that a start and a first answer call; and for machines that
 * cannot use it, hints which functions these are, which V8 then compiles in the background while the database opens.
 * Without both, a start takes some 200 ms longer, as on a Node whose V8 does not report what it compiles.
 *
 * @param build the folder of the bundles
 * @param database a database of a first start
 * @param cache where code and hints are kept for further builds
 */
export async function copyPostgres(build: string, database: string, cache: string): Promise<void> {
  try {
    const called = await findCalls(build, database, cache);
    const hints = toHints(await readFile(pgliteFile("pglite.wasm")), called, "inBackground");
    await writeFile(join(build, hintsFile), JSON.stringify(hints));
    await makeCode(called, cache);
    await copyFile(join(cache, storedCodeFile), join(build, storedCodeFile));
  } catch (error) {
    console.warn(
      "PostgreSQL's code is not stored:",
      error instanceof Error ? error.message : error,
    );
  }
}

async function makeCode(called: readonly number[], cache: string): Promise<void> {
  const made = join(cache, storedCodeFile);
  // V8's tag stands for its version and the processor, the file's name for the rest of Node.
  const calls = createHash("sha256").update(called.join()).digest("hex");
  const version = `${cachedDataVersionTag()} ${calls}`;
  if ((await readFile(`${made}.version`, "utf8").catch(() => undefined)) === version) return;
  const script = ".tools/compile-postgres.ts";
  // In a process of its own: V8 ends one when it cannot store a module.
  for (const words of [
    ["make", `${made}.new`, join(cache, callsFile)],
    ["check", `${made}.new`],
  ])
    execFileSync(process.execPath, [script, ...words], { stdio: "inherit", timeout: 60_000 });
  await rename(`${made}.new`, made);
  await writeFile(`${made}.version`, version);
}
