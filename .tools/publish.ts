import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { stamp } from "./stale.ts";

/** Parts of dist/ that a build does not replace file by file. */
const untouched = /^(types|(first-)?database(\.new)?|models)\/|^database\.json$|^built$/;

/**
 * Moves a complete build into `target`. Each file is replaced atomically, and a program only after its chunks,
 * which are named by content hash. The previous build's files stay until the next build, so that running
 * processes can still import them.
 *
 * @param startedAt when the build began to read its sources; later changes are stale
 */
export async function publish(built: string, target: string, startedAt: Date): Promise<void> {
  const files = (await listFiles(built)).sort((one, other) => rank(one) - rank(other));
  const previous = await filesOfLastBuild();
  for (const file of files) {
    const path = join(target, file);
    await mkdir(dirname(path), { recursive: true });
    await rename(join(built, file), path);
  }
  await writeFile(stamp, JSON.stringify(files));
  await utimes(stamp, startedAt, startedAt);
  const kept = new Set([...files, ...previous]);
  for (const file of await listFiles(target))
    if (!kept.has(file) && !untouched.test(file)) await rm(join(target, file));
}

/** Chunks first, programs last, so that a file's imports exist before it does. */
function rank(file: string): number {
  if (/^(chunk|(pglite|embedder|server)-(thread|script|entry))-/.test(basename(file))) return 0;
  return /^[^/]+\.js$|^cloudflare\/worker\.js$/.test(file) ? 2 : 1;
}

async function filesOfLastBuild(): Promise<readonly string[]> {
  const text = await readFile(stamp, "utf8").catch(() => "");
  return text === "" ? [] : (JSON.parse(text) as string[]);
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}
