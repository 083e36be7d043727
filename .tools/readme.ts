// Writes the tables of settings, problems and runtimes into README.md, from the code and the tests: `node
// .tools/readme.ts`.
import { readFile, writeFile } from "node:fs/promises";
import { problemKinds } from "../handlers/contract/problems.ts";
import { helpsToRetry } from "../handlers/contract/retrying.ts";
import { describeSettings } from "../handlers/settings/index.ts";
import { runtimeFeatures, runtimeRows, type Exceptions } from "../test/support/runtime-features.ts";

/** The README with current tables. */
export function withTables(readme: string): string {
  const tables = {
    settings: settingsTable(),
    problems: problemsTable(),
    runtimes: runtimesTable(),
  };
  return Object.entries(tables).reduce((text, [name, table]) => replace(text, name, table), readme);
}

function replace(readme: string, name: string, table: string): string {
  const between = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`);
  return readme.replace(between, (_, start: string, end: string) => `${start}${table}\n${end}`);
}

function settingsTable(): string {
  const rows = describeSettings({}).map(({ name, aliases, shown, purpose }) => {
    const others =
      aliases.length > 0 ? ` (${aliases.map((alias) => `\`${alias}\``).join(", ")})` : "";
    return `| \`${name}\`${others} | ${shown} | ${purpose} |`;
  });
  return ["| name (aliases) | default | |", "|---|---|---|", ...rows].join("\n");
}

function problemsTable(): string {
  const rows = Object.entries(problemKinds).map(([code, { status, meaning }]) => {
    const again = helpsToRetry(status, code) ? "yes" : "no";
    return `| ${status} | \`${code}\` | ${meaning} | ${again} |`;
  });
  return ["| status | code | meaning | helps to retry |", "|---|---|---|---|", ...rows].join("\n");
}

/** The table of runtimes and features that the suite tests, and the reasons for missing ones. */
function runtimesTable(): string {
  const reasons: string[] = [];
  const cell = (reason: string | undefined): string => {
    if (reason === undefined) return "✓";
    if (!reasons.includes(reason)) reasons.push(reason);
    return `– (${reasons.indexOf(reason) + 1})`;
  };
  const rows = runtimeFeatures.map((feature) => {
    const cells = runtimeRows.map(({ exceptions }: { exceptions: Exceptions }) =>
      cell(exceptions[feature]),
    );
    return `| ${feature} | ${cells.join(" | ")} |`;
  });
  return [
    `| | ${runtimeRows.map(({ name, database }) => `${name}, ${database}`).join(" | ")} |`,
    `|---|${runtimeRows.map(() => "---|").join("")}`,
    ...rows,
    "",
    ...reasons.map((reason, index) => `${index + 1}. ${reason}`),
  ].join("\n");
}

if (import.meta.main) {
  await writeFile("README.md", withTables(await readFile("README.md", "utf8")));
}
