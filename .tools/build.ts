// Builds into dist/, or into the folder given: `node .tools/build.ts [--if-stale | FOLDER]`.
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { lockBuilds } from "./build-lock.ts";
import { bundleAll, copyDatabase } from "./bundle.ts";
import { copyFirstDatabase } from "./first-database.ts";
import { copyPostgres } from "./postgres-code.ts";
import { publish } from "./publish.ts";
import { findScripts, keepScriptCode } from "./script-code.ts";
import { isStale } from "./stale.ts";

/** Shared by all builds: the lock, the unfinished dist/, the database, the tests' builds. */
const workshop = ".builds";
const [argument] = process.argv.slice(2);

endWithFolder();
// esbuild collects its garbage a quarter as often, which spares a build a sixth of its work.
process.env["GOGC"] ??= "400";
await mkdir(workshop, { recursive: true });
const lock = lockBuilds(join(workshop, "lock"));
// Another process may have built while this one waited for the lock.
if (argument !== "--if-stale" || isStale()) {
  console.error("building …");
  const startedAt = new Date();
  if (argument === undefined || argument === "--if-stale") await buildDist(startedAt);
  else {
    await buildInto(argument, argument);
    await keepScriptCode(argument, await findScripts(argument), workshop);
  }
  console.error(`built in ${Date.now() - startedAt.getTime()} ms`);
}
lock.close();

async function buildDist(startedAt: Date): Promise<void> {
  const next = join(workshop, "next");
  await buildInto(next, "dist");
  const scripts = await findScripts(next);
  await publish(next, "dist", startedAt);
  await keepScriptCode("dist", scripts, workshop);
  await rm(next, { recursive: true });
}

async function buildInto(folder: string, databaseFolder: string): Promise<void> {
  // Removes a killed build's files.
  await rm(folder, { recursive: true, force: true });
  await mkdir(databaseFolder, { recursive: true });
  await Promise.all([bundleAll(folder), copyDatabase(databaseFolder, workshop)]);
  await copyFirstDatabase(folder, databaseFolder, workshop);
  await copyPostgres(folder, join(databaseFolder, "first-database"), workshop);
}

/** Ends the build where its folder is deleted: Node's recursive `mkdir` and `cp` would go on there for ever. */
function endWithFolder(): void {
  const root = process.cwd();
  const timer = setInterval(() => {
    if (existsSync(root)) return;
    console.error(`${root} was deleted during the build`);
    process.exit(1);
  }, 500);
  timer.unref();
}
