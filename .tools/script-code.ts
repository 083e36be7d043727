import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { codeSuffix } from "../adapters/runtimes/node/script.ts";

/** The programs that make a script's compiled code, by the script's name. */
const makers = [
  [/^server-script-.*\.cjs$/, ".tools/serve-once.ts"],
  [/^pglite-script-.*\.cjs$/, ".tools/open-once.ts"],
] as const;

/** The names of the scripts in a folder of new bundles. */
export async function findScripts(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names.filter((name) => makers.some(([pattern]) => pattern.test(name)));
}

/**
 * Adds to a build what V8 compiled of its scripts, the server and its database's thread, while they answered. Where that
 * fails they are compiled at every start, which takes 250 ms of a core.
 *
 * @param build the folder of the bundles, complete
 * @param scripts their names there
 * @param cache where the code is kept for further builds of the same scripts
 */
export async function keepScriptCode(
  build: string,
  scripts: readonly string[],
  cache: string,
): Promise<void> {
  const made = join(cache, "scripts");
  await clearOnChange(made);
  const keepCode = async (name: string): Promise<void> => {
    const code = join(made, name + codeSuffix);
    const target = join(build, name + codeSuffix);
    try {
      if (!existsSync(code)) await makeCode(join(build, name), code, cache);
      await copyFile(code, `${target}.new`);
      // The server that made it lets nobody else read its files.
      await chmod(`${target}.new`, 0o644);
      await rename(`${target}.new`, target);
    } catch (error) {
      console.warn(`no compiled code of ${name}:`, error instanceof Error ? error.message : error);
    }
  };
  await Promise.all(scripts.map(keepCode));
  // A script's name stands for its content.
  const kept = new Set(["version", ...scripts.map((name) => name + codeSuffix)]);
  for (const old of await readdir(made)) if (!kept.has(old)) await rm(join(made, old));
}

/** Empties the folder where it holds another V8's code, for whose version and processor its tag stands. */
async function clearOnChange(folder: string): Promise<void> {
  const path = join(folder, "version");
  const version = String(cachedDataVersionTag());
  if ((await readFile(path, "utf8").catch(() => undefined)) === version) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path, version);
}

/** Runs the script's program on a new data directory. */
async function makeCode(script: string, target: string, cache: string): Promise<void> {
  const [, program = ""] = makers.find(([pattern]) => pattern.test(basename(script))) ?? [];
  const directory = resolve(await mkdtemp(join(cache, "code-")));
  const made = join(directory, "made");
  try {
    // In a folder without `.env`, and without the builder's environment: both may name a database that is in use.
    const child = spawn(process.execPath, [resolve(program), resolve(script), directory, made], {
      cwd: directory,
      env: { PATH: process.env["PATH"] },
      stdio: "inherit",
      timeout: 60_000,
    });
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}`);
    await rename(made, target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
