import { readdirSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** The path of a file of the build under test: the tests' own, and dist/ for the benches. */
export function built(file: string): string {
  return resolve(process.env["DOCENT_BUILD"] ?? "dist", file);
}

/** A page of the build, as HTML. */
export function builtPage(name: "page" | "admin" = "page"): string {
  return readFileSync(built(`${name}.html`), "utf8");
}

/** The database's thread of the build, whose name holds its content's hash. */
export function builtThread(): URL {
  const names = readdirSync(built(".")).filter((each) => /^pglite-thread-\w+\.js$/.test(each));
  // dist/ keeps the threads of earlier builds, which servers may still run.
  const madeAt = (name: string) => statSync(built(name)).mtimeMs;
  const [name] = names.sort((one, other) => madeAt(other) - madeAt(one));
  if (name === undefined) throw new Error("the build has no thread");
  return pathToFileURL(built(name));
}
