import { createHash } from "node:crypto";
import { cpSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { removeSpareFiles } from "../adapters/databases/pglite/spare-files.ts";
import { copyReadable } from "./copy-readable.ts";

/**
 * Writes the database with which a first start without settings begins: migrated, with the README taken in. The
 * build's own app makes it, so that its rows are those of a first start on an empty database.
 *
 * @param build the folder of the bundles
 * @param folder where the empty database is, and where this one is put beside it
 * @param cache where it is kept for further builds of the same code and README
 */
export async function copyFirstDatabase(
  build: string,
  folder: string,
  cache: string,
): Promise<void> {
  const made = join(cache, "first");
  const version = await describeContent(build, folder);
  if ((await readFile(`${made}.json`, "utf8").catch(() => undefined)) !== version) {
    await rm(made, { recursive: true, force: true });
    await mkdir(made, { recursive: true });
    cpSync(join(folder, "database"), join(made, "database"), { recursive: true });
    await startOnce(build, made);
    removeSpareFiles(join(made, "database"));
    await writeFile(`${made}.json`, version);
  }
  const target = join(folder, "first-database");
  await rm(`${target}.new`, { recursive: true, force: true });
  copyReadable(join(made, "database"), `${target}.new`);
  await rm(target, { recursive: true, force: true });
  await rename(`${target}.new`, target);
}

/** The bundle names its chunks by their content, so that it stands for all of the code. */
async function describeContent(build: string, folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const path of [
    join(build, "node-app.js"),
    join(build, "documents/README.md"),
    join(folder, "database.json"),
  ]) {
    hash.update(await readFile(path));
  }
  return hash.digest("hex");
}

/** An app of the build, as far as the build itself uses it. */
interface BuiltApp {
  start(): Promise<void>;
  fetch(request: Request): Promise<Response>;
  stop(): Promise<void>;
}

/** The build's app on a data directory, which logs no more than this. */
export async function createBuiltApp(
  build: string,
  directory: string,
  logLevel: "WARN" | "ERROR",
): Promise<BuiltApp> {
  const { createNodeApp } = (await import(pathToFileURL(resolve(build, "node-app.js")).href)) as {
    readonly createNodeApp: (settings: Readonly<Record<string, string>>) => BuiltApp;
  };
  return createNodeApp({ DATA_DIR: directory, LOCAL_EMBEDDER: "off", LOG_LEVEL: logLevel });
}

/** Starts the app on a data directory, waits until the README is taken in, and stops it. */
async function startOnce(build: string, directory: string): Promise<void> {
  const app = await createBuiltApp(build, directory, "WARN");
  await app.start();
  const answer = await app.fetch(new Request("http://localhost/api/documents"));
  await app.stop();
  const { documents } = (await answer.json()) as { documents?: readonly unknown[] };
  if (documents?.length !== 1) throw new Error("the README was not taken into the first database");
}
