import { execFileSync } from "node:child_process";
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
import { join, resolve } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { codeSuffix } from "../adapters/runtimes/node/script.ts";

/** The programs that make a script's compiled code, by the script's name. */
const makers = [
  [/^server-script-.*\.cjs$/, ".tools/serve-once.ts"],
  [/^pglite-script-.*\.cjs$/, ".tools/open-once.ts"],
] as const;

/**
 * Adds to a build what V8 compiled of the server and of its database's thread while they answered. Where that fails they
 * are compiled at every start, which takes 250 ms of a core.
 *
 * @param build the folder of the bundles, complete
 * @param cache where the code is kept for further builds of the same scripts
 */
export async function keepScriptCode(build: string, cache: string): Promise<void> {
  const names = await readdir(build);
  const made = join(cache, "scripts");
  // V8's tag stands for its version. A script's name stands for its content.
  const version = String(cachedDataVersionTag());
  if ((await readFile(join(made, "version"), "utf8").catch(() => undefined)) !== version) {
    await rm(made, { recursive: true, force: true });
    await mkdir(made, { recursive: true });
    await writeFile(join(made, "version"), version);
  }
  for (const [pattern, program] of makers) {
    const name = names.find((each) => pattern.test(each));
    if (name === undefined) throw new Error(`the build has no ${pattern}`);
    const code = join(made, name + codeSuffix);
    const target = join(build, name + codeSuffix);
    try {
      if (!(await readdir(made)).includes(name + codeSuffix)) {
        for (const old of await readdir(made))
          if (old.startsWith(name.slice(0, name.indexOf("-")))) await rm(join(made, old));
        await makeCode(program, join(build, name), code, cache);
      }
      await copyFile(code, `${target}.new`);
      // The server that made it lets nobody else read its files.
      await chmod(`${target}.new`, 0o644);
      await rename(`${target}.new`, target);
    } catch (error) {
      console.warn(`no compiled code of ${name}:`, error instanceof Error ? error.message : error);
    }
  }
}

/** Runs the program on a new data directory. */
async function makeCode(
  program: string,
  script: string,
  code: string,
  cache: string,
): Promise<void> {
  const directory = resolve(await mkdtemp(join(cache, "code-")));
  const made = join(directory, "made");
  try {
    // In a folder without `.env`, and without the builder's environment: both may name a database that is in use.
    execFileSync(process.execPath, [resolve(program), resolve(script), directory, made], {
      cwd: directory,
      env: { PATH: process.env["PATH"] },
      stdio: "inherit",
      timeout: 60_000,
    });
    await rename(made, code);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
