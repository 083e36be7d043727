// Checks R7 and R8 over the sources; prints each violation and fails if there is one.
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { findCrowded, findShadows, findTwins, readGlobals } from "./naming-rules.ts";

const listed = execFileSync(
  "git",
  ["ls-files", "-co", "--exclude-standard", "handlers", "adapters"],
  { encoding: "utf8" },
);
const paths = listed
  .split("\n")
  .filter((path) => /\.(ts|css|html|sql)$/.test(path) && !path.endsWith(".d.ts"))
  .filter((path) => existsSync(path));
const modules = paths
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, source: readFileSync(path, "utf8") }));
const libraries = globSync("node_modules/@typescript/typescript-*/lib/lib.{es,dom}*.d.ts");
const globals = readGlobals(libraries.map((path) => readFileSync(path, "utf8")));
// A check that reads nothing would pass.
if (modules.length === 0 || !globals.has("Request") || !globals.has("Map"))
  throw new Error("the check of names saw no module, or not the standard library's declarations");

const rules = [
  { title: "R7: more than 20 files", found: findCrowded(paths) },
  { title: "R8: exported twice", found: findTwins(modules) },
  { title: "R8: hides a global", found: findShadows(modules, globals) },
];
const violations = rules.flatMap(({ title, found }) => found.map((where) => `${title}: ${where}`));
for (const violation of violations) console.error(violation);
if (violations.length > 0) process.exit(1);
console.log(`names: ${modules.length} modules follow the rules`);
