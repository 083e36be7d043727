import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { compiledFolder } from "../adapters/runtimes/node/compiled-code.ts";

/**
 * Has the build's server answer a question, so that Node keeps what V8 compiled for it beside the build. Where that fails
 * there is no compiled code, and a start takes some 5 % longer.
 *
 * @param build the folder of the bundles, at its last place: Node finds compiled code by its module's path
 * @param cache for temporary files
 */
export async function compileAhead(build: string, cache: string): Promise<void> {
  const folder = join(build, compiledFolder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const directory = resolve(await mkdtemp(join(cache, "compiled-")));
  try {
    // In a folder without `.env`, and without the builder's environment: both may name a database that is in use.
    execFileSync(process.execPath, [resolve(".tools/serve-once.ts"), resolve(build), directory], {
      cwd: directory,
      env: { PATH: process.env["PATH"] },
      stdio: "inherit",
      timeout: 60_000,
    });
  } catch (error) {
    console.warn("no compiled code:", error instanceof Error ? error.message : error);
    await rm(folder, { recursive: true, force: true });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
