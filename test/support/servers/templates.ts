import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built } from "./built.ts";

/** The folder beside the tests' build for what they make once and copy; it is deleted with the build. */
export const templates = "templates";

/** Of a bench, which has no build of its own. */
let ofThisProcess: string | undefined;

/** The path of a folder that the first test that needs it makes, and others find. */
export async function makeOnce(
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const parent = process.env["DOCENT_BUILD"] === undefined ? ownFolder() : built(templates);
  const path = join(parent, name);
  if (existsSync(path)) return path;
  await mkdir(parent, { recursive: true });
  const own = await mkdtemp(`${path}-`);
  await make(own);
  // Another test file may have been faster.
  await rename(own, path).catch(() => rm(own, { recursive: true, force: true }));
  return path;
}

function ownFolder(): string {
  if (ofThisProcess !== undefined) return ofThisProcess;
  const folder = mkdtempSync(join(tmpdir(), "docent-templates-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return (ofThisProcess = folder);
}
