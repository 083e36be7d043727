// Runs R7 and R8 over the sources. Violations in known-names.json are printed and let pass; a new one fails.
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import known from "./known-names.json" with { type: "json" };
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
// A check that silently reads nothing passes everything.
if (modules.length === 0 || !globals.has("Request") || !globals.has("Map"))
  throw new Error("the check of names saw no module, or not the standard library's declarations");

const rules = [
  { title: "R7: more than 20 files", found: findCrowded(paths), allowed: [] },
  { title: "R8: exported twice", found: findTwins(modules), allowed: known.twins },
  { title: "R8: hides a global", found: findShadows(modules, globals), allowed: known.shadows },
];
const nameOf = (violation: string) => violation.slice(0, violation.indexOf(":"));
let isBroken = false;
for (const { title, found, allowed } of rules) {
  for (const violation of found) {
    const isKnown = allowed.includes(nameOf(violation));
    console.error(`${title}${isKnown ? " (known)" : ""}: ${violation}`);
    isBroken ||= !isKnown;
  }
  for (const name of allowed)
    if (!found.some((violation) => nameOf(violation) === name))
      console.error(`${title}: ${name} is mended, take it out of known-names.json`);
}
if (isBroken) process.exit(1);
console.log(`names: ${modules.length} modules follow the rules, but for the known ones`);
