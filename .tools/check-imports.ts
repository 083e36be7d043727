// Checks the import rules in every module. Also fails when dependency-cruiser has not read all modules, because
// a check that reads nothing passes.
import { execFileSync } from "node:child_process";
import { cruise } from "dependency-cruiser";
import type { ICruiseResult } from "dependency-cruiser";
import config from "../.dependency-cruiser.mjs";

const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => /^(handlers|adapters|test)\//.test(path) && !path.endsWith(".d.ts"));

const { output } = await cruise(["handlers", "adapters", "test"], {
  ...config.options,
  ruleSet: { forbidden: config.forbidden ?? [] },
  validate: true,
});
const { modules, summary } = output as ICruiseResult;
const seen = new Set(modules.map((module) => module.source));
const unseen = tracked.filter((path) => !seen.has(path));

for (const violation of summary.violations) {
  console.error(`${violation.rule.name}: ${violation.from} → ${violation.to}`);
}
if (unseen.length > 0) console.error(`not seen by the graph check: ${unseen.join(", ")}`);
if (tracked.length === 0) console.error("the graph check saw no module at all");
if (summary.violations.length > 0 || unseen.length > 0 || tracked.length === 0) process.exit(1);
console.log(`imports: ${tracked.length} modules follow the rules`);
