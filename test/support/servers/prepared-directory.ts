import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { prepareDirectory } from "../../../adapters/databases/pglite/prepare.ts";

/** A prepared data directory shared by all tests on this machine, made by whoever needs it first. */
export async function preparedDirectory(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const recipe = new URL("../../../adapters/databases/pglite/prepare.ts", import.meta.url);
  const key = createHash("sha256")
    .update(await readFile(join(dirname(entry), "../package.json")))
    .update(await readFile(recipe))
    .digest("hex");
  const path = join(tmpdir(), `docent-prepared-${key.slice(0, 16)}`);
  if (existsSync(path)) return path;
  const own = `${path}-${process.pid}`;
  await prepareDirectory(own);
  await rename(own, path).catch(() => rm(own, { recursive: true, force: true }));
  return path;
}
